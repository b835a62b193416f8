import Foundation
import HostSystem
import TestSupport
import Testing

/// Control groups as they are found on hosts and in containers, laid out in a directory.
struct ControlGroupsTests {
    private let tree = Tree()

    @Test func `a quota and a memory limit of version 2 are read`() throws {
        try tree.mountVersion2(group: "/user.slice/app")
        try tree.write("50000 100000\n", to: "sys/fs/cgroup/user.slice/app/cpu.max")
        try tree.write("536870912\n", to: "sys/fs/cgroup/user.slice/app/memory.max")
        try tree.write("0-1,4\n", to: "sys/fs/cgroup/user.slice/app/cpuset.cpus.effective")
        #expect(tree.groups == ControlGroups(processorQuota: 0.5, memoryBytes: 536_870_912, processors: [0, 1, 4]))
    }

    @Test func `the least of all groups around a process of version 2 holds`() throws {
        try tree.mountVersion2(group: "/a/b/c")
        try tree.write("max 100000\n", to: "sys/fs/cgroup/a/b/c/cpu.max")
        try tree.write("max\n", to: "sys/fs/cgroup/a/b/c/memory.max")
        try tree.write("150000 100000\n", to: "sys/fs/cgroup/a/b/cpu.max")
        try tree.write("300000 100000\n", to: "sys/fs/cgroup/a/cpu.max")
        try tree.write("2000000000\n", to: "sys/fs/cgroup/a/b/memory.max")
        try tree.write("1000000000\n", to: "sys/fs/cgroup/a/memory.max")
        #expect(tree.groups == ControlGroups(processorQuota: 1.5, memoryBytes: 1_000_000_000))
    }

    @Test func `the mount point itself is asked, as a container with a namespace of its own sees it`() throws {
        try tree.mountVersion2(group: "/")
        try tree.write("25000 50000\n", to: "sys/fs/cgroup/cpu.max")
        #expect(tree.groups == ControlGroups(processorQuota: 0.5))
    }

    @Test func `quota, period and memory of version 1 are read from their own hierarchies`() throws {
        try tree.mountVersion1(group: "/docker/abc", root: "/")
        try tree.write("50000\n", to: "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us")
        try tree.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us")
        try tree.write("268435456\n", to: "sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes")
        #expect(tree.groups == ControlGroups(processorQuota: 0.5, memoryBytes: 268_435_456))
    }

    /// Without a namespace for groups, the kernel tells the host's path, of which the container's part is mounted.
    @Test func `a container of version 1 finds its group at the mount point`() throws {
        try tree.mountVersion1(group: "/docker/abc", root: "/docker/abc")
        try tree.write("150000\n", to: "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us")
        try tree.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us")
        try tree.write("100000000\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
        #expect(tree.groups == ControlGroups(processorQuota: 1.5, memoryBytes: 100_000_000))
    }

    @Test func `a group of version 1 lies in groups that are bounded`() throws {
        try tree.mountVersion1(group: "/pod/box", root: "/")
        try tree.write("-1\n", to: "sys/fs/cgroup/cpu,cpuacct/pod/box/cpu.cfs_quota_us")
        try tree.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/pod/box/cpu.cfs_period_us")
        try tree.write("200000\n", to: "sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_quota_us")
        try tree.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/pod/cpu.cfs_period_us")
        try tree.write("9223372036854771712\n", to: "sys/fs/cgroup/memory/pod/box/memory.limit_in_bytes")
        #expect(tree.groups == ControlGroups(processorQuota: 2))
    }

    @Test func `a host with both versions is bounded by either`() throws {
        try tree.mountVersion1(group: "/a", root: "/", also: "0::/a\n")
        try tree.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us")
        try tree.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us")
        try tree.write("700000\n", to: "sys/fs/cgroup/unified/a/memory.max")
        #expect(tree.groups == ControlGroups(processorQuota: 1, memoryBytes: 700_000))
    }

    @Test func `a mount point with a space is found`() throws {
        try tree.write("0::/g\n", to: "proc/self/cgroup")
        try tree.write(
            "35 24 0:30 / /mnt/control\\040groups rw - cgroup2 cgroup2 rw\n", to: "proc/self/mountinfo")
        try tree.write("10000 100000\n", to: "mnt/control groups/g/cpu.max")
        #expect(tree.groups == ControlGroups(processorQuota: 0.1))
    }

    @Test(arguments: [
        "", "max", "max 100000", "0 100000", "-1 100000", "50000", "50000 0", "half 100000", "nan 100000", "1e999 1",
        "50000 100000 7", "\u{0}",
    ])
    func `what is no quota bounds nothing`(text: String) throws {
        try tree.mountVersion2(group: "/a")
        try tree.write(text, to: "sys/fs/cgroup/a/cpu.max")
        try tree.write(text, to: "sys/fs/cgroup/a/memory.max")
        #expect(tree.groups.processorQuota == nil)
    }

    @Test(arguments: ["", "nonsense", "0::", "0::relative", "0:/", "::::", "1:cpu:/../../x"])
    func `what is no membership bounds nothing`(text: String) throws {
        try tree.mountVersion2(group: "/a")
        try tree.write(text + "\n", to: "proc/self/cgroup")
        try tree.write("50000 100000\n", to: "sys/fs/cgroup/a/cpu.max")
        #expect(tree.groups == ControlGroups())
    }

    @Test func `a host without control groups bounds nothing`() {
        #expect(tree.groups == ControlGroups())
    }

    @Test func `a path out of the mounted group does not leave it`() throws {
        try tree.mountVersion2(group: "/../../etc")
        try tree.write("50000 100000\n", to: "sys/fs/cgroup/cpu.max")
        try tree.write("10000 100000\n", to: "sys/etc/cpu.max")
        #expect(tree.groups == ControlGroups(processorQuota: 0.5))
    }
}

/// The files of a pretended host.
private struct Tree {
    private let directory = TemporaryDirectory()

    var path: String { directory.path }

    var groups: ControlGroups { .ofThisProcess(root: path) }

    func write(_ text: String, to name: String) throws {
        let file = URL(filePath: "\(path)/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func mountVersion2(group: String) throws {
        try write("0::\(group)\n", to: "proc/self/cgroup")
        try write(
            """
            22 28 0:21 / /proc rw,nosuid - proc proc rw
            35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate

            """, to: "proc/self/mountinfo")
    }

    /// - Parameters:
    ///   - root: the part of the hierarchies that is mounted.
    ///   - also: more lines of `/proc/self/cgroup`.
    func mountVersion1(group: String, root: String, also lines: String = "") throws {
        try write(
            "5:memory:\(group)\n4:cpu,cpuacct:\(group)\n1:name=systemd:\(group)\n\(lines)", to: "proc/self/cgroup")
        try write(
            """
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 \(root) /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:3 - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 \(root) /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

            """, to: "proc/self/mountinfo")
    }
}
