import Commands
import TestSupport
import Testing
import Training

/// What sweep data says, and what it refuses.
struct ImageFilesTests {
    @Test func `a fetch tells images that were there from those that it got`() {
        #expect(ImageFetch.line(.alreadyThere(directory: "/c")) == "CIFAR-10 is there and whole: /c")
        #expect(ImageFetch.line(.fetched(directory: "/c")) == "CIFAR-10 is ready: /c")
    }

    @Test func `an address and a checksum are checked before anything is done`() throws {
        try ImageFetch.check(address: nil, md5: nil)
        for (address, md5) in [("nonsense", nil), (nil, "c58f")] as [(String?, String?)] {
            let check = #expect(throws: DataSetError.self) { try ImageFetch.check(address: address, md5: md5) }
            let fetch = #expect(throws: DataSetError.self) {
                try ImageFetch(from: address, md5: md5, into: "/nowhere")
            }
            #expect(check?.code == .badAddress && fetch?.code == .badAddress)
        }
    }

    @Test func `a check names the directory that has no images`() {
        let directory = TemporaryDirectory()
        let error = #expect(throws: DataSetError.self) { try ImageCheck.lines(directory: directory.path) }
        #expect(error?.description.contains(directory.path) == true)
    }
}
