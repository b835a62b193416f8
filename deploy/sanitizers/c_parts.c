// Calls every function of the C that this package is partly written in, so that deploy/sanitize can run it under the
// address and the undefined-behaviour sanitizer. Swift takes the same functions out of the headers.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../Sources/CLinux/shim.h"
#include "../../Sources/CVectors/shim.h"
#include "../../Sources/CZeroMQ/shim.h"

static void require(int condition, const char *what) {
    if (condition) return;
    fprintf(stderr, "error: %s: %s\n", what, strerror(errno));
    exit(1);
}

// Ends of the ranges, and what is no number: none may be undefined, whatever it gives.
static const float values[] = {0, -0.0f, 1, -1.5f, 3e38f, -3e38f, 1e-45f, INFINITY, -INFINITY, NAN};
#define COUNT (int)(sizeof values / sizeof values[0])

#define CHECK_VECTORS(LANES) \
    static void check_vectors##LANES(void) { \
        for (int i = 0; i < COUNT; i++) for (int j = 0; j < COUNT; j++) { \
            const float x = values[i], y = values[j]; \
            const c_floats##LANES a = c_broadcast##LANES(x), b = c_broadcast##LANES(y); \
            const c_integers##LANES yes = c_broadcast_integers##LANES(0x1FF), no = c_broadcast_integers##LANES(-1); \
            const c_floats##LANES sum = c_add(a, b), product = c_multiply(a, b); \
            const c_floats##LANES fused = c_fma(a, b, a), quotient = c_divide(a, b); \
            const c_floats##LANES difference = c_subtract(a, b), root = c_square_root(a); \
            const c_floats##LANES larger = c_choose_greater(a, b, a, b); \
            const c_floats##LANES same = c_choose_equal(a, b, a, b); \
            const c_bytes##LANES bytes = c_low_bytes(c_choose_equal(a, b, yes, no)); \
            require(c_is_below_zero_anywhere(a) == (x < 0), "is_below_zero_anywhere"); \
            for (int lane = 0; lane < LANES; lane++) { \
                require(bytes[lane] == 0xFF, "low_bytes"); \
                require(isnan(x + y) ? isnan(sum[lane]) : sum[lane] == x + y, "add"); \
                require(isnan(x - y) ? isnan(difference[lane]) : difference[lane] == x - y, "subtract"); \
                require(isnan(x * y) ? isnan(product[lane]) : product[lane] == x * y, "multiply"); \
                require(isnan(x / y) ? isnan(quotient[lane]) : quotient[lane] == x / y, "divide"); \
                require(isnan(fmaf(x, y, x)) ? isnan(fused[lane]) : fused[lane] == fmaf(x, y, x), "fma"); \
                require(isnan(sqrtf(x)) ? isnan(root[lane]) : root[lane] == sqrtf(x), "square_root"); \
                require(isnan(y) || larger[lane] == (x > y ? x : y), "choose_greater"); \
                require(isnan(y) || same[lane] == (x == y ? x : y), "choose_equal"); \
                require(isnan(x) || c_magnitude(a)[lane] == fabsf(x), "magnitude"); \
            } \
        } \
    } \
    /* In memory of just that size, where a float too many is found. */ \
    static void check_transpose##LANES(long gap) { \
        const long stride = LANES + gap; \
        const size_t count = (LANES - 1) * stride + LANES; \
        float *source = malloc(count * sizeof *source), *target = calloc(count, sizeof *target); \
        for (size_t i = 0; i < count; i++) source[i] = (float)i; \
        c_prefetch(source); \
        c_transpose##LANES(source, stride, target, stride); \
        for (int row = 0; row < LANES; row++) for (int column = 0; column < LANES; column++) \
            require(target[column * stride + row] == source[row * stride + column], "transpose"); \
        free(source); \
        free(target); \
    }

CHECK_VECTORS(8)
CHECK_VECTORS(16)

static void check_linux(void) {
    int ends[2];
    char mask[1024] = {0}, byte = 7;
    posix_spawn_file_actions_t actions;
    unsigned long soft, hard;
    require(linux_pipe(ends) == 0, "pipe");
    require(write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1 && byte == 7, "a byte through the pipe");
    require(linux_get_affinity(mask, sizeof mask) == 0 && linux_set_affinity(mask, sizeof mask) == 0, "affinity");
    require(posix_spawn_file_actions_init(&actions) == 0, "file actions");
    require(linux_spawn_closing_from(&actions, 3) == 0, "closing from");
    posix_spawn_file_actions_destroy(&actions);
    const int limits[] = {
        linux_file_limit, linux_process_limit, linux_address_space_limit, linux_data_limit,
        linux_processor_time_limit, linux_file_size_limit,
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        require(linux_get_limit(limits[i], &soft, &hard) == 0, "a limit");
        require(linux_set_limit(limits[i], soft, hard) == 0, "the same limit");
    }
    require(linux_get_limit(-1, &soft, &hard) == -1, "a limit that there is not");
    require(linux_set_thread_name("a name of more than 15 bytes") == 0, "thread name");
    require(linux_die_with_parent() == 0, "die with parent");
}

static void check_zeromq(void) {
    const int wake = zeromq_make_wake_descriptor(), listener = socket(AF_INET, SOCK_STREAM, 0);
    require(wake >= 0 && listener >= 0, "descriptors");
    require(zeromq_drop_connections(listener) == 0, "drop connections");
    zeromq_take_connections(listener);
    require(zeromq_drop_connections(-1) == -1, "of no listener");
    close(wake);
    close(listener);
}

int main(void) {
    check_vectors8();
    check_vectors16();
    for (long gap = 0; gap < 3; gap++) {
        check_transpose8(gap);
        check_transpose16(gap);
    }
    check_linux();
    check_zeromq();
    puts("the C parts: nothing found");
    return 0;
}
