/* oom-door.h - what the page allocator asks for when reclaim leads nowhere
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/page-alloc-private.h"

/* out_of_memory (): somebody is killed so that his memory can be had. True: it is worth while to ask again, since somebody was, or the caller
 * himself is to end and may use reserves. False: nobody may be killed for this request, or the kernel has panicked. */
bool pwk_out_of_memory  (PwkMachine *machine, uint32_t gfp, unsigned order, const PwkAllocContext *ac);
/* tsk_is_oom_victim (current). */
bool pwk_current_is_oom_victim (const PwkMachine *machine);
