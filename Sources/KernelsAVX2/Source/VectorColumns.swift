import Kernels

func foldColumns(dColumns: UnsafePointer<Float>, shape: ActivationShape, dInput: UnsafeMutablePointer<Float>) {
    let C = shape.channels
    for row in 0..<shape.height {
        let tapRows = max(0, row + 2 - shape.height)..<min(3, row + 2)
        for column in 0..<shape.width {
            let tapColumns = max(0, column + 2 - shape.width)..<min(3, column + 2)
            let destination = dInput + (row * shape.width + column) * C
            for channel in stride(from: 0, to: C, by: Vector.scalarCount) {
                var sum = Vector.zero
                for tapRow in tapRows {
                    for tapColumn in tapColumns {
                        let pixel = (row + 1 - tapRow) * shape.width + column + 1 - tapColumn
                        sum += load(dColumns, (pixel * 9 + tapRow * 3 + tapColumn) * C + channel)
                    }
                }
                store(sum, destination, channel)
            }
        }
    }
}
