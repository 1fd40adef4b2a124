/* stats.h - why a page is bad, and counts that dumps and views share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"

/* The kernel's words ("nonzero mapcount"). */
const char *pwk_bad_page_reason (unsigned why);
/* Why free_pages () of such a block would be reported; PWK_BAD_NONE: it may be freed. */
PwkBadReason pwk_free_pages_check (const PwkMachine *machine, PwkPfn pfn, unsigned order);
/* free_pages () as the scenario calls it: of pages that alloc_pages () gave out and nothing else,
 * so that no page table or mapped page is pulled from under its user. False: event bad_page,
 * nothing changed. */
bool         pwk_kernel_free_pages (PwkMachine *machine, PwkPfn pfn, unsigned order);
