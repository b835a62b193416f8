import CommandFixtures
import CommandOutput
import FleetCommands
import HostSystem
import Testing
import Transport

/// The address that a new host is given.
struct ReachableEndpointTests {
    private let addresses = [
        HostAddress(text: "[2001:db8::7]", interface: "eth0"), HostAddress(text: "192.0.2.7", interface: "eth0"),
        HostAddress(text: "172.17.0.1", interface: "docker0"),
    ]

    private func choose(_ bound: String, _ address: String? = nil) throws -> ReachableEndpoint {
        try ReachableEndpoint(Endpoint(bound), address: address, addresses: addresses)
    }

    @Test(arguments: ["tcp://192.0.2.1:5555", "tcp://coordinator.example:5555"])
    func `the address is the one that the coordinator listens on, where that names one`(bound: String) throws {
        let choice = try choose(bound)
        #expect(choice.endpoint.description == bound && choice.note == nil)
    }

    @Test func `the address is this host's most likely one for a coordinator on all, and the others are told`() throws {
        let choice = try choose("tcp://0.0.0.0:5555")
        #expect(choice.endpoint.description == "tcp://192.0.2.7:5555")
        #expect(
            choice.note
                == "The host is to reach this one at 192.0.2.7 (eth0), of several addresses; "
                + "--address ADDR chooses another: 172.17.0.1 (docker0).")
        #expect(try choose("tcp://[::]:5555").endpoint.description == "tcp://[2001:db8::7]:5555")
        let only = try ReachableEndpoint(Endpoint("tcp://*:5555"), address: nil, addresses: [addresses[1]])
        #expect(
            only.note
                == "The host is to reach this one at 192.0.2.7 (eth0); "
                + "--address ADDR names another address or a host name.")
    }

    @Test func `an address must be named where this host has none`() {
        for addresses in [[], [addresses[0]]] {
            let failure = commandFailure {
                _ = try ReachableEndpoint(Endpoint("tcp://*:5555"), address: nil, addresses: addresses)
            }
            #expect(
                failure
                    == CommandFailure(
                        "this host has no address but loopback; name one with --address ADDR", exitCode: .usage))
        }
    }

    @Test(arguments: [
        ("gate.example", "tcp://gate.example:5555"), ("gate.example:7000", "tcp://gate.example:7000"),
        ("tcp://gate.example:7000", "tcp://gate.example:7000"), ("192.0.2.9", "tcp://192.0.2.9:5555"),
        ("2001:db8::9", "tcp://[2001:db8::9]:5555"), ("[2001:db8::9]", "tcp://[2001:db8::9]:5555"),
        ("[2001:db8::9]:7000", "tcp://[2001:db8::9]:7000"),
    ])
    func `the address is what the user says, with the coordinator's port unless another is named`(
        address: String, endpoint: String
    ) throws {
        for bound in ["tcp://0.0.0.0:5555", "tcp://192.0.2.1:5555"] {
            let choice = try choose(bound, address)
            #expect(choice.endpoint.description == endpoint)
            // Of an IPv6 address there is a doubt.
            #expect((choice.note == nil) == !endpoint.contains("["))
        }
    }

    @Test func `what the user says must be an address`() {
        #expect(throws: TransportError.self) { try choose("tcp://0.0.0.0:5555", "no address") }
    }

    @Test(arguments: ["tcp://127.0.0.1:5555", "tcp://127.9.9.9:5555", "tcp://[::1]:5555", "tcp://localhost:5555"])
    func `an address that only this host reaches is said to be that`(bound: String) throws {
        let choice = try choose(bound)
        #expect(choice.endpoint.description == bound)
        #expect(choice.note?.hasPrefix("Nobody but this host reaches \(bound), unless ") == true)
        // A forwarder of the other host, for which it is meant.
        #expect(try choose("tcp://0.0.0.0:5555", "127.0.0.1:6000").note?.contains("tcp://127.0.0.1:6000") == true)
    }

    @Test func `an address of IPv6 to a coordinator on IPv4 is said to be that`() throws {
        let choice = try choose("tcp://0.0.0.0:5555", "fd00::5")
        #expect(choice.endpoint.description == "tcp://[fd00::5]:5555")
        #expect(choice.note?.hasPrefix("The coordinator listens on IPv4 alone, at tcp://0.0.0.0:5555: ") == true)
        #expect(try choose("tcp://[::]:5555", "fd00::5").note == nil)
        #expect(try choose("tcp://0.0.0.0:5555", "192.0.2.1").note == nil)
    }
}
