import Kernels

// Equals its reference in `Kernels` bit for bit. The lanes are columns; a displacement across them reads the row from
// another column on.

func imageCorrelation(
    planes: UnsafePointer<Float>, weight: Float, planeWeight: Float, sums: ImageCorrelation
) {
    let inside = planes + ImagePlanes.origin, last = ImagePlanes.side - 1
    for index in 0..<ImageCorrelation.displacementCount {
        let (row, column) = ImageCorrelation.displacement(index)
        let target = sums.start + index * ImageCorrelation.displacementStride
        for lane in VectorStarts(0..<ImagePlanes.side) {
            let from = inside + lane, other = from + row * ImagePlanes.rowStride + column
            if row >= -1 { addRows(from, other, 1, weight, target + lane) }
            let inner = ImagePlanes.rowStride
            addRows(from + inner, other + inner, last - 1, weight, target + ImagePlanes.side + lane)
            let end = last * ImagePlanes.rowStride
            if row <= 1 { addRows(from + end, other + end, 1, weight, target + 2 * ImagePlanes.side + lane) }
        }
    }
    addPlanes(inside, weight, planeWeight, sums)
}

/// Products of all pairs of planes over `count` rows.
@inline(__always)
private func addRows(
    _ from: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ count: Int, _ weight: Float,
    _ target: UnsafeMutablePointer<Float>
) {
    let plane = ImagePlanes.planeStride
    var sum0 = Vector.zero, sum1 = Vector.zero, sum2 = Vector.zero, sum3 = Vector.zero, sum4 = Vector.zero
    var sum5 = Vector.zero, sum6 = Vector.zero, sum7 = Vector.zero, sum8 = Vector.zero
    var left = from, right = other
    for _ in 0..<count {
        let red = load(left, 0), green = load(left, plane), blue = load(left, 2 * plane)
        let otherRed = load(right, 0), otherGreen = load(right, plane), otherBlue = load(right, 2 * plane)
        sum0.addProduct(red, otherRed)
        sum1.addProduct(red, otherGreen)
        sum2.addProduct(red, otherBlue)
        sum3.addProduct(green, otherRed)
        sum4.addProduct(green, otherGreen)
        sum5.addProduct(green, otherBlue)
        sum6.addProduct(blue, otherRed)
        sum7.addProduct(blue, otherGreen)
        sum8.addProduct(blue, otherBlue)
        left += ImagePlanes.rowStride
        right += ImagePlanes.rowStride
    }
    let pair = ImageCorrelation.pairStride
    add(sum0, weight, target)
    add(sum1, weight, target + pair)
    add(sum2, weight, target + 2 * pair)
    add(sum3, weight, target + 3 * pair)
    add(sum4, weight, target + 4 * pair)
    add(sum5, weight, target + 5 * pair)
    add(sum6, weight, target + 6 * pair)
    add(sum7, weight, target + 7 * pair)
    add(sum8, weight, target + 8 * pair)
}

private func addPlanes(
    _ inside: UnsafePointer<Float>, _ weight: Float, _ planeWeight: Float, _ sums: ImageCorrelation
) {
    let last = ImagePlanes.side - 1, lanes = ImagePlanes.side
    for plane in 0..<ImagePlanes.planes {
        for lane in VectorStarts(0..<lanes) {
            let from = inside + plane * ImagePlanes.planeStride + lane
            let target = sums.start + ImageCorrelation.planeSums + plane * ImageCorrelation.pairStride + lane
            var inner = Vector.zero
            for row in 1..<last { inner += load(from, row * ImagePlanes.rowStride) }
            let first = Vector.zero + load(from, 0), end = Vector.zero + load(from, last * ImagePlanes.rowStride)
            let second = target + 3 * ImageCorrelation.pairStride
            add(first, weight, target)
            add(inner, weight, target + lanes)
            add(end, weight, target + 2 * lanes)
            add(first, planeWeight, second)
            add(inner, planeWeight, second + lanes)
            add(end, planeWeight, second + 2 * lanes)
        }
    }
}

@inline(__always)
private func add(_ sum: Vector, _ weight: Float, _ target: UnsafeMutablePointer<Float>) {
    store(load(target, 0).addingProduct(Vector(repeating: weight), sum), target, 0)
}
