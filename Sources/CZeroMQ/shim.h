#ifndef CZEROMQ_SHIM_H
#define CZEROMQ_SHIM_H

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <zmq.h>

/* The header of 4.3.4 declares this among the draft options, although every build of the library takes it. */
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

/* The poll loop's wake descriptor, or -1 with errno. Swift's Glibc module leaves <sys/eventfd.h> out. */
static inline int zeromq_make_wake_descriptor(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

/* The name of the calling thread, 15 bytes at most. prctl is variadic, and pthread_setname_np hidden from Swift. */
static inline int zeromq_name_thread(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
