/// How the descriptors of a process are shared out among its parts. Each part keeps to its share, and who looks at the
/// limits beforehand counts the same ones.
package enum DescriptorShares {
    /// Kept for files where connections could take all others.
    package static let files = 8

    /// Connections that the kernel keeps waiting at each listening socket: so many may come at once.
    package static func waitingConnections(limit: Int = FileLimit.current.soft) -> Int { limit < 1024 ? 8 : 100 }

    /// How many readers of the page may be connected so that they never take more than so many descriptors.
    ///
    /// A connection takes two, while a file is downloaded over it. Up to four are accepted at once, before the server
    /// looks whether there are too many.
    package static func pageConnections(descriptors: Int) -> Int { max(1, descriptors / 2 - 3) }

    /// What so many readers of the page may take.
    package static func descriptors(pageConnections count: Int) -> Int { 2 * (count + 3) }
}
