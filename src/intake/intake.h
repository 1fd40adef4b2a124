/* intake.h - what people open, drop and paste, made into scenarios
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "scene/moment.h"

typedef enum
{
  PWK_INTAKE_SCENARIO,     /* text that is one already, or a recording in strace's form */
  PWK_INTAKE_ZONEINFO,     /* /proc/zoneinfo */
  PWK_INTAKE_MAPS,         /* /proc/PID/maps or smaps */
  PWK_INTAKE_E820,         /* a firmware memory map, as dmesg has it */
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

/* By its content; the first lines decide. Never a picture or a binary trace. */
PwkIntakeKind pwk_intake_kind_of_text (const char *text);
/* The scenario that @text stands for. */
void          pwk_intake_text         (PwkIntake *intake, const char *text);
/* The same for the file @path, which is not waited for: a pipe or a device is refused, a recording of accesses is not read here. FALSE with
 * G_FILE_ERROR, PWK_REACH_ERROR or what pwk_intake_bytes () says. */
gboolean      pwk_intake_file         (PwkIntake *intake, const char *path, GError **error);
/* The same for these @contents of the file @path (or NULL where there is none). FALSE with PWK_MOMENT_ERROR or PWK_SCRIPT_ERROR. */
gboolean      pwk_intake_bytes        (PwkIntake *intake, const char *path, const char *contents, gsize length, GError **error);
void          pwk_intake_clear        (PwkIntake *intake);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PwkIntake, pwk_intake_clear)
