// Arithmetic on vectors. Swift's own is written lane by lane, and the optimiser puts the lanes together again in small
// functions only: a large kernel lost half of its speed. Each function here is one operation, compiled into the calling
// Swift function for that one's instruction set. All round correctly, so the bits are the same everywhere.
#ifndef C_VECTORS_SHIM_H
#define C_VECTORS_SHIM_H

// Asks for a line of 64 bytes to be brought into the second-level cache. Never faults.
static inline void c_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

// Products and sums stay apart: contraction is an explicit c_fma.
#pragma clang fp contract(off)

// One name for all widths, which the arguments tell apart.
#define C_OVERLOADED static inline __attribute__((overloadable))

#define C_VECTORS(LANES) \
    typedef float c_floats##LANES __attribute__((ext_vector_type(LANES))); \
    typedef int c_integers##LANES __attribute__((ext_vector_type(LANES))); \
    typedef unsigned char c_bytes##LANES __attribute__((ext_vector_type(LANES))); \
    \
    static inline c_floats##LANES c_broadcast##LANES(float x) { return (c_floats##LANES)(x); } \
    C_OVERLOADED c_floats##LANES c_add(c_floats##LANES x, c_floats##LANES y) { return x + y; } \
    C_OVERLOADED c_floats##LANES c_subtract(c_floats##LANES x, c_floats##LANES y) { return x - y; } \
    C_OVERLOADED c_floats##LANES c_multiply(c_floats##LANES x, c_floats##LANES y) { return x * y; } \
    C_OVERLOADED c_floats##LANES c_divide(c_floats##LANES x, c_floats##LANES y) { return x / y; } \
    /* x * y + z, rounded once. */ \
    C_OVERLOADED c_floats##LANES c_fma(c_floats##LANES x, c_floats##LANES y, c_floats##LANES z) { \
        return __builtin_elementwise_fma(x, y, z); \
    } \
    static inline c_integers##LANES c_broadcast_integers##LANES(int x) { return (c_integers##LANES)(x); } \
    C_OVERLOADED c_floats##LANES c_square_root(c_floats##LANES x) { \
        return __builtin_elementwise_sqrt(x); \
    } \
    C_OVERLOADED c_floats##LANES c_magnitude(c_floats##LANES x) { return __builtin_elementwise_abs(x); } \
    C_OVERLOADED _Bool c_is_below_zero_anywhere(c_floats##LANES x) { \
        return __builtin_reduce_or((c_integers##LANES)(x < 0)) != 0; \
    } \
    /* left > right ? yes : no */ \
    C_OVERLOADED c_floats##LANES c_choose_greater( \
        c_floats##LANES left, c_floats##LANES right, c_floats##LANES yes, c_floats##LANES no) { \
        return left > right ? yes : no; \
    } \
    /* left == right ? yes : no */ \
    C_OVERLOADED c_floats##LANES c_choose_equal( \
        c_floats##LANES left, c_floats##LANES right, c_floats##LANES yes, c_floats##LANES no) { \
        return left == right ? yes : no; \
    } \
    C_OVERLOADED c_integers##LANES c_choose_equal( \
        c_floats##LANES left, c_floats##LANES right, c_integers##LANES yes, c_integers##LANES no) { \
        return left == right ? yes : no; \
    } \
    /* The low byte of each lane. */ \
    C_OVERLOADED c_bytes##LANES c_low_bytes(c_integers##LANES x) { \
        return __builtin_convertvector(x, c_bytes##LANES); \
    }

C_VECTORS(8)
C_VECTORS(16)

#undef C_VECTORS
#undef C_OVERLOADED

// target[column][row] = source[row][column] for as many rows and columns as a vector has lanes: pairs of rows, then
// pairs of pairs, are merged within lanes of four floats, and those lanes are sorted at the end.

static inline void c_transpose8(const float *source, long sourceStride, float *target, long targetStride) {
    c_floats8 a[8], b[8];
    for (int i = 0; i < 8; i++) __builtin_memcpy(&a[i], source + i * sourceStride, sizeof a[i]);
    for (int i = 0; i < 8; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < 8; i += 4) {
        a[i + 0] = __builtin_shufflevector(b[i + 0], b[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        a[i + 1] = __builtin_shufflevector(b[i + 0], b[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        a[i + 2] = __builtin_shufflevector(b[i + 1], b[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        a[i + 3] = __builtin_shufflevector(b[i + 1], b[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int i = 0; i < 4; i++) {
        b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (int i = 0; i < 8; i++) __builtin_memcpy(target + i * targetStride, &b[i], sizeof b[i]);
}

static inline void c_transpose16(const float *source, long sourceStride, float *target, long targetStride) {
    c_floats16 a[16], b[16];
    for (int i = 0; i < 16; i++) __builtin_memcpy(&a[i], source + i * sourceStride, sizeof a[i]);
    for (int i = 0; i < 16; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15,
            31);
    }
    for (int i = 0; i < 16; i += 4) {
        a[i + 0] = __builtin_shufflevector(b[i + 0], b[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28,
            29);
        a[i + 1] = __builtin_shufflevector(b[i + 0], b[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30,
            31);
        a[i + 2] = __builtin_shufflevector(b[i + 1], b[i + 3], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28,
            29);
        a[i + 3] = __builtin_shufflevector(b[i + 1], b[i + 3], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30,
            31);
    }
    for (int i = 0; i < 4; i++) {
        b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
            31);
        b[i + 8] = __builtin_shufflevector(a[i + 8], a[i + 12], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22,
            23);
        b[i + 12] = __builtin_shufflevector(a[i + 8], a[i + 12], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29,
            30, 31);
    }
    for (int i = 0; i < 4; i++) {
        a[i] = __builtin_shufflevector(b[i], b[i + 8], 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
        a[i + 4] = __builtin_shufflevector(b[i], b[i + 8], 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30,
            31);
        a[i + 8] = __builtin_shufflevector(b[i + 4], b[i + 12], 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26,
            27);
        a[i + 12] = __builtin_shufflevector(b[i + 4], b[i + 12], 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29,
            30, 31);
    }
    for (int i = 0; i < 16; i++) __builtin_memcpy(target + i * targetStride, &a[i], sizeof a[i]);
}

#endif
