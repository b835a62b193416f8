/// What the key store says of a coordinator's keys, which are texts here.
public struct StoredKeys: Sendable, Equatable {
    public var present: String
    public var next: Next?

    public struct Next: Sendable, Equatable {
        public var key: String
        /// How long the present key lasts; zero where its time is over.
        public var presentEndsIn: Duration

        public init(key: String, presentEndsIn: Duration) {
            self.key = key
            self.presentEndsIn = presentEndsIn
        }
    }

    public init(present: String, next: Next? = nil) {
        self.present = present
        self.next = next
    }
}
