/* words.h - what regions, tasks, entries and TLBs are called, in pictures and in sentences
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/core/refusal.h"
#include "engine/virt/uapi.h"
#include "engine/virt/vma.h"
#include "scene/role.h"
#include "views/thing.h"

/* "rwxp" as /proc/PID/maps has it. */
void        pwk_words_perms    (uint64_t vm_flags, char text[5]);
/* The flags of a struct page, without PG_; those that the seed names first of all. A bit with
 * two names stands twice. */
#define PWK_N_PAGE_FLAG_WORDS 18
typedef struct { uint32_t bit; const char *name; bool seed; } PwkPageFlagWord;
extern const PwkPageFlagWord pwk_page_flag_words[PWK_N_PAGE_FLAG_WORDS];
/* "PG_lru|PG_active"; "" for none. Caller frees. */
char       *pwk_words_page_flags (uint64_t flags);
/* "VM_READ|VM_WRITE|…"; "0" for none. Caller frees. */
char       *pwk_words_vm_flags (uint64_t vm_flags);
/* The region's file, "[heap]", "[stack]", its name, or "anonymous" (translated). Caller frees. */
char       *pwk_words_vma      (const PwkMachine *machine, const PwkVma *vma);
/* What colours it: anonymous, file, shared memory, special. */
PwkRole     pwk_vma_role       (const PwkMachine *machine, const PwkVma *vma);
/* The version whose source is meant, "6.12": the seed's structs are told by where they are
 * today. */
const char *pwk_words_kernel   (const PwkProfile *profile);
/* "A (pid 100)", "the kernel" for 0. Caller frees. */
char       *pwk_words_task     (const PwkMachine *machine, PwkIndex task);
/* "L1 data", "PDE cache": PwkTlbId, or PWK_TLB_TAB_PWC + PwkPwcId. Hardware's names, not
 * translated. */
const char *pwk_words_tlb      (unsigned id);
/* "uncached", "write-combining" …: of a PwkCacheMode. */
const char *pwk_words_cache_mode (unsigned mode);
/* The entry in the engine's words: "pfn 0x12345 present rw us …". Caller frees. */
char       *pwk_words_pte      (const PwkFormat *format, uint64_t bits, unsigned level);
/* "520", and of another swap area than 0 "1:520". Caller frees. */
char       *pwk_words_slot     (uint64_t slot);
/* "load", "store", "instruction fetch", translated. */
const char *pwk_words_access   (unsigned kind);
/* Words of a page fault's error code, translated: "not present, write, user mode". Caller frees. */
char       *pwk_words_error    (uint32_t error);
/* Why regions were not joined (PwkNoMergeWhy) and how they were (PwkMergeHow); translated. */
const char *pwk_words_no_merge (unsigned why);
/* The first with the flags that differ, if any: "vm_flags differ (VM_LOCKED)". Caller frees. */
char       *pwk_words_apart    (unsigned why, uint64_t differ);
const char *pwk_words_merge    (unsigned how);
/* Why a call was refused (PwkRefusal), as the end of a sentence; what an advice makes the kernel
 * do. Translated; NULL for no reason. */
const char *pwk_words_refusal  (unsigned why);
/* The same with its name in front, "unaligned: the address is …"; NULL for no reason. Caller
 * frees. */
char       *pwk_words_why      (unsigned why);
const char *pwk_words_advice   (int64_t advice);
/* Name of an errno, "ENOMEM"; a number where it has none here. Static storage or interned. */
const char *pwk_words_errno    (int error);
/* "inactive anonymous" …: a list of PwkNodeStat's first five; translated. */
const char *pwk_words_lru      (uint64_t lru);
