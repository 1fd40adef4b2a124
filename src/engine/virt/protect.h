/* protect.h - new rights in the entries of a region
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* mprotect's pass over the entries, with the vma's new vm_page_prot already set (change_protection). */
void pwk_change_protection  (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
