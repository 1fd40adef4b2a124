/* observe.h - what /proc says of a process, in the words of a recording
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tracee.h"

typedef enum { REGION_NAMELESS, REGION_HEAP, REGION_ZERO, REGION_FILE_A, REGION_FILE_B, REGION_STACK, REGION_PROGRAM, REGION_KERNEL } RegionKind;

typedef struct
{
  uint64_t   start, end, offset;
  int        prot;      /* PROT_… */
  bool       shared;
  RegionKind kind;
} Region;

/* Files and their names: what is replaced so that recordings of different computers agree. */
typedef struct
{
  const char *program;      /* its path here; /usr/bin/demo in the recording */
  const char *files[2];     /* /tmp/file-a, /tmp/file-b there */
  GArray     *zeros;        /* inodes (uint64_t) of shared anonymous memory in the order of making: 1, 2, 3 … there */
} Names;

/* The regions of a process, of Region, by address. */
GArray *observe_regions  (const Tracee *tracee, const Names *names);
/* Registers the inode of the shared anonymous memory mapped at @address as the next, if it is new. */
void    observe_new_zero (const Tracee *tracee, Names *names, uint64_t address);
/* The lines of the document, each with its newline. */
void    observe_maps     (const Tracee *tracee, const Names *names, GString *out);
void    observe_smaps    (const Tracee *tracee, const Names *names, uint64_t start, uint64_t end, const char *fields, GString *out);
void    observe_status   (const Tracee *tracee, const char *fields, GString *out);
void    observe_pagemap  (const Tracee *tracee, uint64_t start, uint64_t end, GString *out);
