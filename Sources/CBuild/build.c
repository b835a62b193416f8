#include "build.h"

/* A setting of Swift can be there or not, and carries no text. */
const char *build_commit(void) { return SWEEP_COMMIT; }
