/* lab.h - the laboratory's hand on entries of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Writes @value into the entry of @addr in @task's tables (of the pte, or the pmd where a huge page
 * lies), making tables that are missing, and flushes the page. Nothing else of the kernel learns of
 * it: counts of pages and rss may disagree from then on, which lab_flags remembers for
 * machine_check (). 0, or -ESRCH (the task has no tables), -EFAULT (the address is the kernel's),
 * -EINVAL (a huge page's entry that would name a table), -ENOMEM. */
int pwk_lab_set_pte (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t value);
