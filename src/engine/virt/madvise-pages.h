/* madvise-pages.h - what advice and locks do to the pages of one region
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* mlock/munlock walked over present pages: mlock_vma_pages_range. */
void pwk_mlock_vma_pages    (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool lock);

/* madvise's deeds on pages of one region; the caller has split, checked and clipped. 0 or -errno. */
int  pwk_madvise_dontneed   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_free       (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_guard      (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool install);
int  pwk_madvise_collapse   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
/* khugepaged_do_scan (): once over all address spaces. Small pages where huge ones are wanted
 * become such, within the limits of PwkState.khugepaged. */
void pwk_khugepaged_scan    (PwkMachine *machine);
int  pwk_madvise_cold       (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool pageout);
int  pwk_madvise_remove     (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
int  pwk_madvise_willneed   (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
