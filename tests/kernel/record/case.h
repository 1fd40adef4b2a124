/* case.h - one recording while it is made: the processes, the text, and the calls that add to both
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "observe.h"

#define MAX_PROCESSES 3
#define PAGE          4096ull
#define HUGE_PAGE     (2ull << 20)

/* xorshift64*: the same seed makes the same calls wherever the kernel answers alike. */
typedef struct { uint64_t state; } Rng;

uint64_t rng_below  (Rng *rng, uint64_t n);       /* 0 … n - 1 */
bool     rng_chance (Rng *rng, unsigned percent);

typedef struct
{
  Rng       rng;
  GString  *text;
  Names     names;
  Tracee    processes[MAX_PROCESSES];
  unsigned  made;                /* processes so far, the first included */
  Tracee   *now;                 /* whose turn it is */
  GArray   *regions;             /* its Regions as they are */
  uint64_t  window;              /* where fixed mappings like to be */
  uint64_t  last, last_length;   /* the range of the last call */
  uint64_t  brk;                 /* of the process whose turn it is, as last heard */
  uint64_t  file_sizes[2];
  unsigned  n_files;
  bool      huge;                /* huge pages are not switched off */
  bool      dead;                /* the kernel did something that cannot be recorded; the text is void */
} Case;

/* Whose turn it is. */
void     case_turn      (Case *c, unsigned process);
void     case_refresh   (Case *c);
unsigned case_n_alive   (const Case *c);

/* Each makes the call, adds it and its result to the text, and returns the raw result. */
int64_t  case_mmap      (Case *c, uint64_t address, uint64_t length, int prot, uint64_t flags, int file, uint64_t offset);
int64_t  case_munmap    (Case *c, uint64_t address, uint64_t length);
int64_t  case_mprotect  (Case *c, uint64_t address, uint64_t length, uint64_t prot);
int64_t  case_mremap    (Case *c, uint64_t address, uint64_t old_length, uint64_t new_length, uint64_t flags, uint64_t to);
int64_t  case_madvise   (Case *c, uint64_t address, uint64_t length, int advice);
int64_t  case_range     (Case *c, long number, const char *name, uint64_t address, uint64_t length);   /* mlock, munlock */
int64_t  case_mlock2    (Case *c, uint64_t address, uint64_t length, uint64_t flags);
int64_t  case_mlockall  (Case *c, uint64_t flags);
int64_t  case_munlockall (Case *c);
int64_t  case_msync     (Case *c, uint64_t address, uint64_t length, uint64_t flags);
int64_t  case_mincore   (Case *c, uint64_t address, uint64_t length, bool bad_vector);
int64_t  case_brk       (Case *c, uint64_t address);
int64_t  case_ftruncate (Case *c, unsigned file, uint64_t size);
int64_t  case_transfer  (Case *c, bool out, unsigned file, uint64_t address, uint64_t length, uint64_t offset);
int64_t  case_fsync     (Case *c, unsigned file);
int64_t  case_fadvise   (Case *c, unsigned file, uint64_t offset, uint64_t length, unsigned advice);
int64_t  case_readahead (Case *c, unsigned file, uint64_t offset, uint64_t length);
int64_t  case_prctl_thp (Case *c, bool disable);
int64_t  case_setrlimit (Case *c, int resource, const char *name, uint64_t limit);
void     case_access    (Case *c, char kind, uint64_t address, unsigned size);
void     case_fork      (Case *c);
void     case_exit      (Case *c);

/* What is seen now, as an expectation. */
void     case_see_maps    (Case *c);
void     case_see_faults  (Case *c);
void     case_see_status  (Case *c);
void     case_see_smaps   (Case *c, uint64_t start, uint64_t end);
void     case_see_pagemap (Case *c, uint64_t start, uint64_t end);
