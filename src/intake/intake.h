/* intake.h - what people open, drop and paste, made into scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "scene/moment.h"

typedef enum
{
  PWK_INTAKE_SCENARIO,     /* text that is one already */
  PWK_INTAKE_STRACE,       /* … a recording in strace's form, which is read as it is */
  PWK_INTAKE_MAPS,         /* /proc/PID/maps or smaps */
  PWK_INTAKE_PMAP,
  PWK_INTAKE_GDB,
  PWK_INTAKE_ASAN,
  PWK_INTAKE_NUMA_MAPS,
  PWK_INTAKE_ZONEINFO,     /* /proc/zoneinfo … */
  PWK_INTAKE_BUDDYINFO,
  PWK_INTAKE_PAGETYPEINFO,
  PWK_INTAKE_MEMINFO,
  PWK_INTAKE_SWAPS,
  PWK_INTAKE_SLABINFO,
  PWK_INTAKE_VMALLOCINFO,
  PWK_INTAKE_E820,         /* a firmware memory map, as dmesg has it */
  PWK_INTAKE_REPORT,       /* a failed allocation's, the OOM killer's */
  PWK_INTAKE_PERF_TRACE,
  PWK_INTAKE_KMEM,         /* events of ftrace's, perf script's */
  PWK_INTAKE_DRCACHESIM,
  PWK_INTAKE_TRACE,        /* memory accesses: lackey, .pwt, compressed or not; the program that made them, its regions assumed */
  PWK_INTAKE_PICTURE,      /* an exported picture with a moment in it */
} PwkIntakeKind;

/* What came in. Strings and moment are owned by the caller, see pwk_intake_clear (). */
typedef struct
{
  PwkIntakeKind kind;
  char         *text;      /* the scenario */
  PwkMoment    *moment;    /* of a picture, else NULL */
  gboolean      made;      /* the text is not the file's own: it has to be saved under a new name */
} PwkIntake;

#define PWK_INTAKE_ERROR (pwk_intake_error_quark ())
GQuark        pwk_intake_error_quark  (void);

/* The scenario that @text stands for; of the file @path, or NULL where there is none. FALSE with PWK_INTAKE_ERROR: it is of a kind that cannot
 * become one, or of none that is known; the message says what was seen and what to give instead. */
gboolean      pwk_intake_text         (PwkIntake *intake, const char *path, const char *text, GError **error);
/* The kind of the file @path, of which only the beginning is read: SCENARIO where that cannot be, or says nothing; *@binary: it is no text. */
PwkIntakeKind pwk_intake_kind_of_file (const char *path, gboolean *binary);
/* "/proc/PID/maps": in the reader's language. */
const char   *pwk_intake_kind_name    (PwkIntakeKind kind);
/* The same for the file @path, which is not waited for: a pipe or a device is refused, a recording of accesses is not read here. FALSE with
 * G_FILE_ERROR, PWK_REACH_ERROR or what pwk_intake_bytes () says. */
gboolean      pwk_intake_file         (PwkIntake *intake, const char *path, GError **error);
/* The same for these @contents of the file @path (or NULL where there is none). FALSE with PWK_MOMENT_ERROR,
 * PWK_SCRIPT_ERROR or PWK_INTAKE_ERROR. */
gboolean      pwk_intake_bytes        (PwkIntake *intake, const char *path, const char *contents, gsize length, GError **error);
void          pwk_intake_clear        (PwkIntake *intake);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PwkIntake, pwk_intake_clear)
