import Testing
import Transport

struct LibraryVersionTests {
    @Test(arguments: [(4, 3, 3), (4, 3, 4), (4, 10, 0), (5, 0, 0)] as [(Int32, Int32, Int32)])
    func `a libzmq without known holes is used`(major: Int32, minor: Int32, patch: Int32) throws {
        try LibraryVersion(major, minor, patch).requireSafe()
    }

    @Test(arguments: [(4, 3, 2), (4, 2, 9), (3, 9, 9)] as [(Int32, Int32, Int32)])
    func `a libzmq that strangers can harm is refused with the version to install`(
        major: Int32, minor: Int32, patch: Int32
    ) {
        let error = #expect(throws: TransportError.self) { try LibraryVersion(major, minor, patch).requireSafe() }
        #expect(error?.description.contains("libzmq \(major).\(minor).\(patch)") == true)
        #expect(error?.description.contains("install libzmq 4.3.3") == true)
    }
}
