import HostSystem
import Testing

struct HostAddressTests {
    private func address(_ text: String, _ interface: String) -> HostAddress {
        HostAddress(text: text, interface: interface)
    }

    @Test func `the default route's interface comes first, then IPv4, then the kernel's order`() {
        let found = [
            address("[2001:db8::1]", "eth0"), address("172.17.0.1", "docker0"), address("192.0.2.7", "wlan0"),
            address("[2001:db8::7]", "wlan0"), address("192.0.2.1", "eth0"),
        ]
        let ordered = HostAddress.ordered(found, preferring: "wlan0").map(\.text)
        #expect(ordered == ["192.0.2.7", "[2001:db8::7]", "172.17.0.1", "192.0.2.1", "[2001:db8::1]"])
        #expect(HostAddress.ordered(found, preferring: nil).first?.text == "172.17.0.1")
    }

    @Test func `the default route is the one to everywhere`() {
        let head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
        let local = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
        let everywhere = "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
        #expect(HostAddress.defaultInterface(in: head + local + everywhere) == "eth0")
        #expect(HostAddress.defaultInterface(in: head + local) == nil)
        #expect(HostAddress.defaultInterface(in: "") == nil)
    }

    @Test func `no address of this host is loopback's, or holds on one link only`() {
        for address in HostAddress.all() {
            #expect(!address.text.hasPrefix("127.") && address.text != "[::1]" && !address.text.contains("%"))
            #expect(address.isIPv6 == address.text.contains(":"))
        }
    }
}
