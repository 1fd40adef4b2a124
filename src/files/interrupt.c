/* interrupt.c - whether what this thread reads is still wanted
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "files/interrupt.h"

#include <glib/gi18n-lib.h>

static _Thread_local struct { bool (*ask) (gpointer data); gpointer data; } interrupt;

void
pwk_interrupt_set (bool (*is_interrupted) (gpointer data), gpointer data)
{
  interrupt.ask = is_interrupted;
  interrupt.data = data;
}

bool
pwk_interrupt_check (const char *what, GError **error)
{
  if (!interrupt.ask || !interrupt.ask (interrupt.data))
    return true;
  /* Translators: a file that was being read */
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INTR, _("%s: reading was cancelled"), what);
  return false;
}
