import Kernels

// Flat kernels: whole vectors first, then the rest one by one, with the same operations.

func addBiasAndRectify(values: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>, size: MatrixSize) {
    let whole = size.columns - size.columns % Vector.scalarCount
    for row in 0..<size.rows {
        let line = values + row * size.columns
        for column in VectorStarts(0..<whole) {
            store(rectified(load(line, column) + load(bias, column)), line, column)
        }
        for column in whole..<size.columns {
            let value = line[column] + bias[column]
            line[column] = 0 > value ? 0 : value
        }
    }
}

func rectifyGradient(gradient: UnsafeMutablePointer<Float>, activations: UnsafePointer<Float>, count: Int) {
    let whole = count - count % Vector.scalarCount
    for index in VectorStarts(0..<whole) {
        let passed = Vector.choose(
            load(activations, index), isAbove: Vector.zero, load(gradient, index), else: Vector.zero)
        store(passed, gradient, index)
    }
    rectifyGradientReference(gradient: gradient + whole, activations: activations + whole, count: count - whole)
}

func columnSums(values: UnsafePointer<Float>, size: MatrixSize, sums: UnsafeMutablePointer<Float>) {
    let columns = size.columns, whole = columns - columns % Vector.scalarCount
    for column in VectorStarts(0..<whole) {
        let total = interleavedSum(size.rows) { sum, row in sum += load(values, row * columns + column) }
        store(total, sums, column)
    }
    for column in whole..<columns {
        var chains = SIMD4<Float>.zero
        for row in 0..<size.rows { chains[row & 3] += values[row * columns + column] }
        sums[column] = (chains[0] + chains[1]) + (chains[2] + chains[3])
    }
}

func accumulate(total: UnsafeMutablePointer<Float>, addend: UnsafePointer<Float>, count: Int) {
    let whole = count - count % Vector.scalarCount
    for index in VectorStarts(0..<whole) {
        store(load(total, index) + load(addend, index), total, index)
    }
    for index in whole..<count { total[index] += addend[index] }
}

func sumOfSquares(values: UnsafePointer<Float>, count: Int) -> Double {
    var total = 0.0
    for part in 0..<(count + sumOfSquaresBlock - 1) / sumOfSquaresBlock {
        let start = part * sumOfSquaresBlock
        let length = min(sumOfSquaresBlock, count - start), whole = length - length % 16
        let block = values + start
        // Sixteen lanes in every instruction set: the lanes are part of the sum's order.
        var lanes = SIMD16<Float>.zero
        for sixteen in 0..<length / 16 {
            let index = 16 * sixteen
            let values = UnsafeRawPointer(block + index).loadUnaligned(as: SIMD16<Float>.self)
            lanes.addProduct(values, values)
        }
        for index in whole..<length {
            lanes[index - whole] = lanes[index - whole].addingProduct(block[index], block[index])
        }
        let eight = lanes.lowHalf + lanes.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        total += Double(two[0] + two[1])
    }
    return total
}
