#ifndef CBUILD_H
#define CBUILD_H

/* The commit of which this program was built, as the manifest gives it: the beginning of its hash, with +changes where
   files differed from it, or "unknown". */
const char *build_commit(void);

#endif
