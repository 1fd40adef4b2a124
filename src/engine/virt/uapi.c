/* uapi.c - names of what user space passes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As manual pages have them, for events and messages. */
#include "engine/virt/uapi.h"

#include <glib.h>

/* NULL for a number that has none. */
const char *
pwk_advice_name (int64_t advice)
{
  static const char *const names[] = {
    [PWK_MADV_NORMAL] = "MADV_NORMAL", [PWK_MADV_RANDOM] = "MADV_RANDOM", [PWK_MADV_SEQUENTIAL] = "MADV_SEQUENTIAL",
    [PWK_MADV_WILLNEED] = "MADV_WILLNEED", [PWK_MADV_DONTNEED] = "MADV_DONTNEED", [PWK_MADV_FREE] = "MADV_FREE",
    [PWK_MADV_REMOVE] = "MADV_REMOVE", [PWK_MADV_DONTFORK] = "MADV_DONTFORK", [PWK_MADV_DOFORK] = "MADV_DOFORK",
    [PWK_MADV_MERGEABLE] = "MADV_MERGEABLE", [PWK_MADV_UNMERGEABLE] = "MADV_UNMERGEABLE", [PWK_MADV_HUGEPAGE] = "MADV_HUGEPAGE",
    [PWK_MADV_NOHUGEPAGE] = "MADV_NOHUGEPAGE", [PWK_MADV_DONTDUMP] = "MADV_DONTDUMP", [PWK_MADV_DODUMP] = "MADV_DODUMP",
    [PWK_MADV_WIPEONFORK] = "MADV_WIPEONFORK", [PWK_MADV_KEEPONFORK] = "MADV_KEEPONFORK", [PWK_MADV_COLD] = "MADV_COLD",
    [PWK_MADV_PAGEOUT] = "MADV_PAGEOUT", [PWK_MADV_POPULATE_READ] = "MADV_POPULATE_READ",
    [PWK_MADV_POPULATE_WRITE] = "MADV_POPULATE_WRITE", [PWK_MADV_DONTNEED_LOCKED] = "MADV_DONTNEED_LOCKED",
    [PWK_MADV_COLLAPSE] = "MADV_COLLAPSE", [PWK_MADV_HWPOISON] = "MADV_HWPOISON", [PWK_MADV_SOFT_OFFLINE] = "MADV_SOFT_OFFLINE",
    [PWK_MADV_GUARD_INSTALL] = "MADV_GUARD_INSTALL", [PWK_MADV_GUARD_REMOVE] = "MADV_GUARD_REMOVE",
  };

  return advice >= 0 && advice < (int64_t) G_N_ELEMENTS (names) ? names[advice] : NULL;
}

/* include/uapi/asm-generic/resource.h's order. */
const char *
pwk_rlimit_name (uint64_t resource)
{
  static const char *const names[] = {
    "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
    "RLIMIT_MEMLOCK", "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO",
    "RLIMIT_RTTIME",
  };

  return resource < G_N_ELEMENTS (names) ? names[resource] : NULL;
}
