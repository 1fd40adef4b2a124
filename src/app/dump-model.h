/* dump-model.h - the machine's state as text in the kernel's own formats, for windows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "session/session.h"

typedef enum { PWK_DUMP_OF_MACHINE, PWK_DUMP_OF_PROCESS, PWK_DUMP_OF_CPU } PwkDumpSubject;

/* One of the texts. Their names are the kernel's own where it has them, and are not translated. */
typedef struct
{
  const char    *name;     /* "zoneinfo": the call that prints it, and the name of a file it is saved in */
  const char    *title;    /* "/proc/zoneinfo" */
  PwkDumpSubject subject;
} PwkDumpInfo;

const PwkDumpInfo *pwk_dumps (guint *n);

/* Parameters of a wish; plain data. */
typedef struct
{
  guint dump;    /* index in pwk_dumps () */
  int   pid;     /* 0: the process that runs, else the first with an address space */
  int   cpu;     /* -1: the running one */
} PwkDumpParams;

/* Immutable. */
typedef struct
{
  PwkDumpParams params;
  uint64_t      position;
  int           pid;       /* of whom it is; 0: of no process */
  char         *text;      /* "" if there is no such process */
} PwkDumpModel;

extern const PwkModelClass pwk_dump_class;
