#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* prctl is variadic, which Swift cannot call, and pthread_setname_np hidden from it. */

/* The kernel sends SIGKILL to the calling process when the thread that made it ends. */
static inline int linux_die_with_parent(void) {
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/* Declared by glibc for _GNU_SOURCE only, which a module cannot set for the headers of another one. */
extern int pipe2(int ends[2], int flags);

/* A pipe whose ends no exec hands on. */
static inline int linux_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

/* As pipe2. The child has no descriptor from this one on. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

static inline int linux_spawn_closing_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

/* As pipe2. The mask has one bit for each logical processor. */
extern int sched_setaffinity(pid_t thread, size_t bytes, const cpu_set_t *mask);
extern int sched_getaffinity(pid_t thread, size_t bytes, cpu_set_t *mask);

static inline int linux_set_affinity(const void *mask, size_t bytes) {
    return sched_setaffinity(0, bytes, (const cpu_set_t *)mask);
}

/* 0, or -1 with errno. glibc fills what the kernel leaves of the mask with zeros. */
static inline int linux_get_affinity(void *mask, size_t bytes) {
    return sched_getaffinity(0, bytes, (cpu_set_t *)mask);
}

/* The type of a limit's name differs between the headers of C and of C++, and so does what Swift makes of it. 0, or -1
   with errno. */
static inline int linux_get_limit(int name, unsigned long *soft, unsigned long *hard) {
    struct rlimit limit;
    if (getrlimit((unsigned)name, &limit) != 0) return -1;
    *soft = limit.rlim_cur;
    *hard = limit.rlim_max;
    return 0;
}

static inline int linux_set_limit(int name, unsigned long soft, unsigned long hard) {
    struct rlimit limit = {soft, hard};
    return setrlimit((unsigned)name, &limit);
}

static const int linux_file_limit = RLIMIT_NOFILE;
static const int linux_process_limit = RLIMIT_NPROC;
static const int linux_address_space_limit = RLIMIT_AS;
static const int linux_data_limit = RLIMIT_DATA;
static const int linux_processor_time_limit = RLIMIT_CPU;
static const int linux_file_size_limit = RLIMIT_FSIZE;

/* 1 where the allocator takes it. Swift's Glibc module leaves <malloc.h> out. */
static inline int linux_bound_kept_memory(int largest_kept_block, int largest_kept_top, int arenas) {
    return mallopt(M_MMAP_THRESHOLD, largest_kept_block) && mallopt(M_TRIM_THRESHOLD, largest_kept_top)
        && mallopt(M_ARENA_MAX, arenas);
}

/* The same, of a process whose threads shall all allocate from one heap. */
static inline int linux_share_one_heap(void) { return mallopt(M_ARENA_MAX, 1); }

/* The name that ps and top show: 15 bytes at most. */
static inline int linux_set_thread_name(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

#endif
