/* recorded-private.h - what the files of recorded calls share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/runner-private.h"

#define SYSTEM_CALL_ARGS 6

/* One recorded call while it is carried out. */
typedef struct
{
  PwkCall  *call;
  PwkMachine *machine;
  PwkIndex  task;
  uint64_t  a[SYSTEM_CALL_ARGS];
  uint64_t  expected;       /* what it returned */
} Recorded;

/* It came to @result here, and to something else there. */
void     pwk_recorded_disagree         (Recorded *recorded, int64_t result);
/* What the record uses without showing where it comes from is assumed: that range; that of the first two arguments. */
void     pwk_recorded_assume_range     (Recorded *recorded, PwkVaddr addr, uint64_t length);
void     pwk_recorded_assume_arguments (Recorded *recorded);
/* The process of that number, which the record has not shown before. */
PwkIndex pwk_find_or_assume_process    (PwkCall *call, int32_t pid);

/* --- recorded-numa.c --- */
void pwk_recorded_set_mempolicy (Recorded *recorded);
void pwk_recorded_get_mempolicy (Recorded *recorded);
void pwk_recorded_mbind (Recorded *recorded);
void pwk_recorded_set_mempolicy_home_node (Recorded *recorded);
void pwk_recorded_migrate_pages (Recorded *recorded);
void pwk_recorded_move_pages (Recorded *recorded);
