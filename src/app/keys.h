/* keys.h - the keys of the program, one table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

typedef enum { PWK_KEYS_TIME, PWK_KEYS_PANES, PWK_KEYS_VIEWS, PWK_KEYS_PICTURE, PWK_KEYS_SCENARIO, PWK_KEYS_PROGRAM, PWK_KEYS_IN_A_VIEW } PwkKeyGroup;

/* What a key does. Keys as gtk_accelerator_parse () reads them; those without an action are handled where they are pressed. */
typedef struct
{
  PwkKeyGroup group;
  const char *title;      /* untranslated */
  const char *action;     /* or NULL */
  const char *keys[3];    /* NULL-terminated */
} PwkKey;

const PwkKey       *pwk_keys             (guint *n);
/* The key of view @i in the sidebar's order (Alt+1 …), its action and (borrowed) title; NULL after the last. The caller frees key and action. */
char               *pwk_keys_of_view     (guint i, char **action, const char **title);
/* Lets the keys of the table carry out their actions. */
void                pwk_keys_set         (GtkApplication *application);
/* The window that lists them. Caller owns. */
GtkShortcutsWindow *pwk_keys_overlay_new (void);
