#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <signal.h>
#include <sys/prctl.h>

/* prctl is variadic, which Swift cannot call. */

/* The kernel sends SIGKILL to the calling process when the thread that made it ends. */
static inline int linux_die_with_parent(void) {
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/* The name that ps and top show: 15 bytes at most. */
static inline int linux_set_thread_name(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
