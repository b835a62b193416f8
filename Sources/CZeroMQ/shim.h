#ifndef CZEROMQ_SHIM_H
#define CZEROMQ_SHIM_H

#include <linux/filter.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <zmq.h>

/* The header of 4.3.4 declares this among the draft options, although every build of the library takes it. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

/* The poll loop's wake descriptor, or -1 with errno. Swift's Glibc module leaves <sys/eventfd.h> out. */
static inline int zeromq_make_wake_descriptor(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

/* Has the kernel drop whatever asks a listening socket for a connection, which then asks again: a filter that lets no
   packet pass. Connections that were made before are not concerned. 0, or -1 with errno. Swift imports none of the
   macros. */
static inline int zeromq_drop_connections(int listener) {
    struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
    struct sock_fprog program = {1, &nothing};
    return setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static inline void zeromq_take_connections(int listener) {
    int none = 0;
    (void)setsockopt(listener, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none);
}

#endif
