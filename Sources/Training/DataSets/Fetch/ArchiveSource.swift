import Foundation

/// Where an archive comes from, and which archive it must be.
///
/// A mirror needs no trust, for what it sends is checked before it is unpacked; so plain `http:` is allowed.
package struct ArchiveSource: Sendable {
    package let url: URL
    package let checksums: [Checksum]

    static let officialAddress = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"

    /// The MD5 is the one on the data set's page (https://www.cs.toronto.edu/~kriz/cifar.html); the SHA-256 of the
    /// same archive is the one that TensorFlow Datasets records.
    static let officialChecksums = [
        Checksum(.md5, "c32a1d4ab5d03f1284b67883e8d87530")!,
        Checksum(.sha256, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")!,
    ]

    /// - Parameters:
    ///   - address: An address with the scheme https, http or file; `nil` for the official one.
    ///   - md5: 32 hexadecimal digits; `nil` for the checksums of the official archive.
    /// - Throws: a `DataSetError` where the address or the checksum is none.
    package init(address: String? = nil, md5: String? = nil) throws(DataSetError) {
        let address = address ?? Self.officialAddress
        guard let url = URL(string: address), ["https", "http", "file"].contains(url.scheme?.lowercased()),
            url.isFileURL ? url.path.hasPrefix("/") : url.host?.isEmpty == false
        else {
            throw DataSetError(
                .badAddress, path: address,
                message: "no address of an archive; give `--from` one like https://HOST/PATH or file:///PATH")
        }
        self.url = url
        guard let md5 else {
            checksums = Self.officialChecksums
            return
        }
        guard let checksum = Checksum(.md5, md5) else {
            throw DataSetError(.badAddress, path: address, message: "`--md5` needs 32 hexadecimal digits, not “\(md5)”")
        }
        checksums = [checksum]
    }
}
