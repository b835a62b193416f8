// Arithmetic on vectors. Swift's own is written lane by lane, and the optimiser puts the lanes together again in small
// functions only: a large kernel lost half of its speed. Each function here is one operation, compiled into the calling
// Swift function for that one's instruction set. All round correctly, so the bits are the same everywhere.
#ifndef C_VECTORS_SHIM_H
#define C_VECTORS_SHIM_H

// Products and sums stay apart: contraction is an explicit c_fma.
#pragma clang fp contract(off)

#define C_VECTORS(LANES) \
    typedef float c_floats##LANES __attribute__((ext_vector_type(LANES))); \
    typedef int c_integers##LANES __attribute__((ext_vector_type(LANES))); \
    typedef unsigned char c_bytes##LANES __attribute__((ext_vector_type(LANES))); \
    \
    static inline c_floats##LANES c_broadcast##LANES(float x) { return (c_floats##LANES)(x); } \
    static inline c_floats##LANES c_add##LANES(c_floats##LANES x, c_floats##LANES y) { return x + y; } \
    static inline c_floats##LANES c_subtract##LANES(c_floats##LANES x, c_floats##LANES y) { return x - y; } \
    static inline c_floats##LANES c_multiply##LANES(c_floats##LANES x, c_floats##LANES y) { return x * y; } \
    static inline c_floats##LANES c_divide##LANES(c_floats##LANES x, c_floats##LANES y) { return x / y; } \
    /* x * y + z, rounded once. */ \
    static inline c_floats##LANES c_fma##LANES(c_floats##LANES x, c_floats##LANES y, c_floats##LANES z) { \
        return __builtin_elementwise_fma(x, y, z); \
    } \
    static inline c_integers##LANES c_broadcast_integers##LANES(int x) { return (c_integers##LANES)(x); } \
    static inline c_floats##LANES c_square_root##LANES(c_floats##LANES x) { \
        return __builtin_elementwise_sqrt(x); \
    } \
    static inline c_floats##LANES c_magnitude##LANES(c_floats##LANES x) { return __builtin_elementwise_abs(x); } \
    /* left > right ? yes : no */ \
    static inline c_floats##LANES c_choose_greater##LANES( \
        c_floats##LANES left, c_floats##LANES right, c_floats##LANES yes, c_floats##LANES no) { \
        return left > right ? yes : no; \
    } \
    /* left == right ? yes : no */ \
    static inline c_floats##LANES c_choose_equal##LANES( \
        c_floats##LANES left, c_floats##LANES right, c_floats##LANES yes, c_floats##LANES no) { \
        return left == right ? yes : no; \
    } \
    static inline c_integers##LANES c_choose_equal_integers##LANES( \
        c_floats##LANES left, c_floats##LANES right, c_integers##LANES yes, c_integers##LANES no) { \
        return left == right ? yes : no; \
    } \
    /* The low byte of each lane. */ \
    static inline c_bytes##LANES c_low_bytes##LANES(c_integers##LANES x) { \
        return __builtin_convertvector(x, c_bytes##LANES); \
    }

C_VECTORS(8)
C_VECTORS(16)

#undef C_VECTORS

#endif
