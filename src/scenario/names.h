/* names.h - the constants of the scenario language: flags, errors, limits, gfp masks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* What a constant is for: reverse lookup needs to know, since PROT_READ and MS_ASYNC are both 1. */
typedef enum
{
  PWK_NAMES_PROT,       /* mmap(), mprotect() */
  PWK_NAMES_MAP,
  PWK_NAMES_MREMAP,
  PWK_NAMES_MADV,
  PWK_NAMES_MCL,        /* mlockall() */
  PWK_NAMES_MLOCK,      /* mlock2() */
  PWK_NAMES_MS,         /* msync() */
  PWK_NAMES_O,          /* open() */
  PWK_NAMES_CLONE,
  PWK_NAMES_SEEK,
  PWK_NAMES_FADV,       /* posix_fadvise() */
  PWK_NAMES_MPOL,       /* set_mempolicy(), mbind(): a mode, and mode flags */
  PWK_NAMES_MPOL_MF,    /* mbind(), move_pages() */
  PWK_NAMES_PR,         /* prctl() */
  PWK_NAMES_PER,        /* personality() */
  PWK_NAMES_SIG,
  PWK_NAMES_ERRNO,
  PWK_NAMES_RLIM,
  PWK_NAMES_RLIMIT,
  PWK_NAMES_SEGV,       /* si_code of SIGSEGV … */
  PWK_NAMES_BUS,
  PWK_NAMES_SI,
  PWK_NAMES_AT,
  PWK_NAMES_GFP,
  PWK_NAMES_SLAB,       /* kmem_cache_create() */
  PWK_NAMES_COMPACT,    /* try_to_compact_pages() */
  PWK_NAMES_OTHER,      /* understood, never printed: mount flags, seals, memfd … */
  PWK_N_NAMES_FAMILIES
} PwkNamesFamily;

typedef enum
{
  PWK_NAME_ALIAS = 1 << 0,      /* an older or second name: pwk_names_of() prefers the other */
  PWK_NAME_NEGATIVE = 1 << 1,   /* the value stands for a number below 0, in two's complement */
} PwkNameFlags;

typedef struct
{
  const char     *name;
  uint64_t        value;
  PwkNamesFamily  family;
  unsigned        flags;        /* of PwkNameFlags */
} PwkConstant;

/* The constant called @name, all of it, or NULL. NULL itself is a word of the language, not one
 * of these. */
const PwkConstant *pwk_names_find (const char *name);

/* All constants, sorted by name, for completion; @n gets their number. */
const PwkConstant *pwk_names_all (size_t *n);

/* Its value as it would be written: "0x22", "-100". Caller frees. */
char *pwk_names_value_text (const PwkConstant *constant);

/* What the constants of @family are for: N_("…"). */
const char *pwk_names_family_title (PwkNamesFamily family);

/* The name of @value in a family of single values (errors, signals, advice …), or NULL. */
const char *pwk_names_of (PwkNamesFamily family, uint64_t value);

/* "ENOMEM" for 12, or NULL. Takes a number of either sign. */
const char *pwk_names_errno (int number);

/* The number of the error @name ("ENOMEM"), or 0. */
int pwk_names_errno_number (const char *name);

/* @value in the notation of the scenario language: "PROT_READ|PROT_WRITE", "GFP_KERNEL|__GFP_ZERO",
 * bits without a name in hexadecimal at the end. In a family of single values the name, or the
 * number. 0 is its name where it has one (PROT_NONE, MADV_NORMAL), else "0". Masks that have
 * a name come first, in the order of the kernel's own show_gfp_flags() for gfp. Free with g_free(). */
char *pwk_names_flags (PwkNamesFamily family, uint64_t value);

/* Whether @name is one of the words of the language that stand for themselves as arguments:
 * on, off, always, madvise, never, predicted, recorded, process, softirq, irq. */
bool pwk_names_is_word (const char *name);
