import COpenBLAS
import Kernels

/// A product that a step of the network consists of, and how its operands lie.
private struct NetworkProduct {
    let name: String
    let size: ProductSize
    /// The left operand is read transposed: its rows lie along the inner sum.
    var isLeftTransposed = false
    /// In floats, from a row of the stored matrix to the next.
    let leftStride: Int
    let rightStride: Int
    let resultStride: Int
    /// So many products of the same shape, one after the other.
    var count = WinogradPlanes.count
    var isAccumulating = false

    /// The 16 tiles of a block and the 64 output channels of a panel; `inputs` channels of the layer's input.
    static func winograd(_ layer: String, inputs: Int) -> [NetworkProduct] {
        let tiles = 16, outputs = LayerShape.panel
        return [
            NetworkProduct(
                name: "\(layer) forward", size: ProductSize(rows: tiles, columns: outputs, inner: inputs),
                leftStride: inputs, rightStride: outputs, resultStride: outputs),
            NetworkProduct(
                name: "\(layer) weights", size: ProductSize(rows: inputs, columns: outputs, inner: tiles),
                isLeftTransposed: true, leftStride: inputs, rightStride: outputs, resultStride: outputs,
                isAccumulating: true),
            NetworkProduct(
                name: "\(layer) data", size: ProductSize(rows: tiles, columns: inputs, inner: outputs),
                leftStride: outputs, rightStride: inputs, resultStride: inputs),
        ]
    }

    /// At batch size 64, one of them at 8 as well: 2,048 features in rows of 2,064, 128 hidden values.
    static let head = [
        NetworkProduct(
            name: "fc1 forward", size: ProductSize(rows: 64, columns: 64, inner: 256), leftStride: 2_064,
            rightStride: 128, resultStride: 128, count: 1, isAccumulating: true),
        NetworkProduct(
            name: "fc1 weights", size: ProductSize(rows: 64, columns: 128, inner: 64), isLeftTransposed: true,
            leftStride: 2_064, rightStride: 128, resultStride: 128, count: 1),
        NetworkProduct(
            name: "fc1 weights", size: ProductSize(rows: 64, columns: 128, inner: 8), isLeftTransposed: true,
            leftStride: 2_064, rightStride: 128, resultStride: 128, count: 1),
        NetworkProduct(
            name: "fc1 data", size: ProductSize(rows: 64, columns: 64, inner: 128), leftStride: 128, rightStride: 64,
            resultStride: 64, count: 1),
        NetworkProduct(
            name: "fc2 forward", size: ProductSize(rows: 64, columns: 16, inner: 128), leftStride: 128,
            rightStride: 16, resultStride: 16, count: 1),
    ]

    var text: String {
        "\(name) \(size.rows)×\(size.inner) · \(size.inner)×\(size.columns)" + (count > 1 ? ", \(count) of them" : "")
    }

    /// Floats from an operand's matrix to the next one's, with the gap that the network's have.
    var leftCount: Int { (isLeftTransposed ? size.inner : size.rows) * leftStride + 16 }
    var rightCount: Int { size.inner * rightStride + 16 }
    var resultCount: Int { size.rows * resultStride + 16 }
}

/// The products of the network, each with OpenBLAS beside it.
func productCases(_ operands: Operands) -> [KernelCase] {
    openblas_set_num_threads(1)
    let products =
        NetworkProduct.winograd("conv2", inputs: 32) + NetworkProduct.winograd("conv3", inputs: 64)
        + NetworkProduct.head
    return products.map { productCase($0, operands) }
}

private func productCase(_ product: NetworkProduct, _ operands: Operands) -> KernelCase {
    let size = product.size
    let left = operands.numbers(product.count * product.leftCount)
    let right = operands.numbers(product.count * product.rightCount)
    let result = operands.numbers(product.count * product.resultCount)
    let other = operands.zeros(product.count * product.resultCount)
    return KernelCase(
        kernel: "matrixProduct", shape: product.text, amount: .flop(Double(product.count) * size.flop),
        calls: product.count, outputs: [result.output(product.count * product.resultCount)],
        run: { table in
            for index in 0..<product.count {
                table.matrixProduct(
                    product.left(left + index * product.leftCount),
                    RightMatrix(right + index * product.rightCount, innerStride: product.rightStride), size,
                    StridedOutput(start: result + index * product.resultCount, rowStride: product.resultStride),
                    product.isAccumulating)
            }
        },
        peer: KernelCase.Peer(
            output: other.output(product.count * product.resultCount),
            run: {
                for index in 0..<product.count {
                    product.multiplyByOpenBLAS(
                        left + index * product.leftCount, right + index * product.rightCount,
                        other + index * product.resultCount)
                }
            }))
}

extension NetworkProduct {
    fileprivate func left(_ start: UnsafePointer<Float>) -> LeftMatrix {
        isLeftTransposed
            ? LeftMatrix(start, rowStride: 1, innerStride: leftStride) : LeftMatrix(start, rowStride: leftStride)
    }

    fileprivate func multiplyByOpenBLAS(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>
    ) {
        cblas_sgemm(
            CblasRowMajor, isLeftTransposed ? CblasTrans : CblasNoTrans, CblasNoTrans, blasint(size.rows),
            blasint(size.columns), blasint(size.inner), 1, left, blasint(leftStride), right, blasint(rightStride),
            isAccumulating ? 1 : 0, result, blasint(resultStride))
    }
}
