import HostSystem
import Testing

/// The build id of a program file, whatever the file is.
struct ProgramFileTests {
    private static let id = Array<UInt8>(1...20)

    private static func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
        (0..<byteCount).map { UInt8(value >> (8 * $0) & 0xFF) }
    }

    private static func note(_ kind: Int, _ name: String, _ content: [UInt8], alignment: Int = 4) -> [UInt8] {
        func padded(_ bytes: [UInt8]) -> [UInt8] {
            bytes + [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
        }
        let name = Array(name.utf8) + [0]
        return number(name.count, 4) + number(content.count, 4) + number(kind, 4) + padded(name) + padded(content)
    }

    private static let buildNote = note(3, "GNU", id)

    /// A program whose segments are these notes, between others.
    private static func program(_ segments: [(notes: [UInt8], alignment: Int)]) -> [UInt8] {
        var table = number(1, 4) + [UInt8](repeating: 0xFF, count: 52)
        var content: [UInt8] = []
        let start = 64 + 56 * (segments.count + 1)
        for segment in segments {
            table += number(4, 4) + number(4, 4) + number(start + content.count, 8) + number(0, 16)
            table += number(segment.notes.count, 8) + number(segment.notes.count, 8) + number(segment.alignment, 8)
            content += segment.notes
        }
        var header: [UInt8] = [0x7F] + Array("ELF".utf8) + [2, 1, 1] + [UInt8](repeating: 0, count: 57)
        header.replaceSubrange(32..<40, with: number(64, 8))
        header.replaceSubrange(54..<58, with: number(56, 2) + number(segments.count + 1, 2))
        return header + table + content
    }

    private static func id(of file: [UInt8]) -> [UInt8]? {
        buildID { offset, count in
            #expect(count <= 64 << 10)
            guard let start = Int(exactly: offset), start <= file.count, count <= file.count - start else { return nil }
            return Array(file[start..<start + count])
        }
    }

    @Test func `a build id is found among other notes`() {
        let others = Self.note(1, "GNU", [1, 2, 3, 4, 5]) + Self.note(3, "Other", [9, 9, 9, 9])
        #expect(Self.id(of: Self.program([(others + Self.buildNote, 4)])) == Self.id)
        let properties = Self.note(5, "GNU", [1, 2, 3], alignment: 8)
        #expect(Self.id(of: Self.program([(properties, 8), (Self.buildNote, 4)])) == Self.id)
        #expect(Self.id(of: Self.program([(properties + Self.note(3, "GNU", Self.id, alignment: 8), 8)])) == Self.id)
    }

    @Test func `a program without one has none`() {
        #expect(Self.id(of: Self.program([])) == nil)
        #expect(Self.id(of: Self.program([(Self.note(1, "GNU", Self.id), 4)])) == nil)
        #expect(Self.id(of: Self.program([(Self.note(3, "GNU", []), 4)])) == nil)
    }

    @Test func `a file that is cut off anywhere, or is no program, has none`() {
        let whole = Self.program([(Self.note(1, "GNU", [1]) + Self.buildNote, 4)])
        for count in whole.indices { #expect(Self.id(of: Array(whole[..<count])) == nil, "\(count) bytes") }
        #expect(Self.id(of: Array("#!/bin/sh\n".utf8) + whole) == nil)
        #expect(buildID(ofProgram: "/nowhere/at/all") == nil)
        #expect(buildID(ofProgram: "/proc/self/status") == nil)
    }

    /// Sizes and places that fit nowhere end nothing.
    @Test func `a damaged file traps nowhere`() {
        let whole = Self.program([(Self.buildNote, 4), (Self.note(5, "GNU", Self.id, alignment: 8), 8)])
        for place in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var file = whole
                file[place] = value
                let found = Self.id(of: file)
                #expect(found == nil || found!.count <= 64 << 10)
            }
        }
        for start in stride(from: 0, to: whole.count - 8, by: 4) {
            var file = whole
            file.replaceSubrange(start..<start + 8, with: [UInt8](repeating: 0xFF, count: 8))
            _ = Self.id(of: file)
        }
    }
}
