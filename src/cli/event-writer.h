/* event-writer.h - events as lines of JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdio.h>

#include "scenario/runner.h"

/* Writes what a machine tells: {"n","parent","ns","kind","cpu","who","line",…fields}, an event a line;
 * in loops with "rounds" behind the line. Numbers of frames are numbers, addresses and masks are
 * texts in hexadecimal, gfp masks, migratetypes, zones, errors and processes their names; a frame that is none is null. */
typedef struct
{
  FILE      *file;        /* owned */
  GString   *line;        /* owned */
  PwkRunner *runner;      /* borrowed: who tells the rounds */
} PwkEventWriter;

/* @path "-" is standard output. */
PwkEventWriter *pwk_event_writer_new   (const char *path, PwkRunner *runner, GError **error);
/* False with @error if something could not be written. */
bool            pwk_event_writer_close (PwkEventWriter *writer, GError **error);
/* A listener; @data is the writer. */
void            pwk_event_writer_tell  (PwkMachine *machine, const PwkEvent *event, void *data);
