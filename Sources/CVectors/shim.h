// What Swift cannot say of vectors: its square root of a SIMD type is a scalar one for each lane, for the sake of errno.
// Compiled into the calling Swift function, and for that one's instruction set.
#ifndef C_VECTORS_SHIM_H
#define C_VECTORS_SHIM_H

typedef float c_vector8 __attribute__((ext_vector_type(8)));
typedef float c_vector16 __attribute__((ext_vector_type(16)));

/// The correctly rounded square root of each lane.
static inline c_vector8 c_square_root8(c_vector8 values) { return __builtin_elementwise_sqrt(values); }
static inline c_vector16 c_square_root16(c_vector16 values) { return __builtin_elementwise_sqrt(values); }

#endif
