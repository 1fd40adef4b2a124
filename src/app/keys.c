/* keys.c - the keys of the program, one table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keys.h"

#include <glib/gi18n.h>

#include "app/view-menu.h"
#include "views/views.h"

/* Views have keys by their order, see pwk_keys_of_view (). */
static const PwkKey keys[] = {
  { PWK_KEYS_TIME, N_("Play or pause"), "win.play", { "F5" } },
  { PWK_KEYS_TIME, N_("One step forward"), "win.step", { "<Alt>Right" } },
  { PWK_KEYS_TIME, N_("One step back"), "win.step-back", { "<Alt>Left" } },
  { PWK_KEYS_TIME, N_("Over all that this event causes"), "win.step-over", { "F7" } },
  { PWK_KEYS_TIME, N_("Into what this event causes"), "win.step-into", { "F8" } },
  { PWK_KEYS_TIME, N_("Out of what caused this event"), "win.step-out", { "<Shift>F7" } },
  { PWK_KEYS_TIME, N_("Back over what came before"), "win.step-back-over", { "<Alt>F7" } },
  { PWK_KEYS_TIME, N_("Back into what came before"), "win.step-back-into", { "<Alt>F8" } },
  { PWK_KEYS_TIME, N_("Back out to the cause"), "win.step-back-out", { "<Alt><Shift>F7" } },
  { PWK_KEYS_TIME, N_("One statement forward"), "win.step-call", { "<Alt><Shift>Right" } },
  { PWK_KEYS_TIME, N_("One statement back"), "win.step-back-call", { "<Alt><Shift>Left" } },
  { PWK_KEYS_TIME, N_("To the start"), "win.first", { "<Alt>Home" } },
  { PWK_KEYS_TIME, N_("Show or hide the boot"), "win.show-boot", { "<Control><Shift>b" } },
  { PWK_KEYS_TIME, N_("Show or hide changes of page flags"), "win.show-details", { "<Control><Shift>j" } },
  { PWK_KEYS_TIME, N_("To the end"), "win.last", { "<Alt>End" } },
  { PWK_KEYS_TIME, N_("Stop what is running"), "win.cancel", { "<Control>period" } },
  { PWK_KEYS_TIME, N_("Add a bookmark"), "win.add-bookmark", { "<Control>d" } },

  { PWK_KEYS_PANES, N_("Sidebar"), "win.show-sidebar", { "F9" } },
  { PWK_KEYS_PANES, N_("Inspector"), "win.show-inspector", { "<Control>i" } },
  { PWK_KEYS_PANES, N_("Scenario and console"), "win.show-bottom", { "<Control>j" } },
  { PWK_KEYS_PANES, N_("Tall time line"), "win.tall-timeline", { "<Control>t" } },
  { PWK_KEYS_PANES, N_("Go to the console"), "win.focus-console", { "<Control>grave" } },
  { PWK_KEYS_PANES, N_("Go to the scenario"), "win.focus-editor", { "<Control><Shift>k" } },
  { PWK_KEYS_PANES, N_("Next pane"), "win.next-pane", { "F6" } },
  { PWK_KEYS_PANES, N_("Pane before"), "win.previous-pane", { "<Shift>F6" } },
  { PWK_KEYS_PANES, N_("Next page of the lesson"), NULL, { "Page_Down" } },
  { PWK_KEYS_PANES, N_("Page of the lesson before"), NULL, { "Page_Up" } },
  { PWK_KEYS_PANES, N_("Lecture: the picture and the lesson alone"), "win.lecture", { "F11" } },
  { PWK_KEYS_PANES, N_("Next page, in a lecture or with the focus in the lesson"), NULL, { "Right space" } },
  { PWK_KEYS_PANES, N_("Main menu"), "win.menu", { "F10" } },

  { PWK_KEYS_VIEWS, N_("Two views side by side"), "win.split", { "<Control>backslash" } },
  { PWK_KEYS_VIEWS, N_("View in a window of its own"), "win.detach-view", { "<Control><Shift>d" } },
  { PWK_KEYS_VIEWS, N_("List of things"), "win.list", { "<Control><Shift>l" } },

  { PWK_KEYS_PICTURE, N_("Export"), "win.export", { "<Control>e" } },
  { PWK_KEYS_PICTURE, N_("Copy as a picture"), "win.copy-picture", { "<Control><Shift>c" } },
  { PWK_KEYS_PICTURE, N_("Print"), "win.print", { "<Control>p" } },

  { PWK_KEYS_SCENARIO, N_("Open"), "win.open", { "<Control>o" } },
  { PWK_KEYS_SCENARIO, N_("New empty machine"), "win.new", { "<Control>n" } },
  { PWK_KEYS_SCENARIO, N_("Save"), "win.save", { "<Control>s" } },
  { PWK_KEYS_SCENARIO, N_("Save as"), "win.save-as", { "<Control><Shift>s" } },
  { PWK_KEYS_SCENARIO, N_("Reload"), "win.reload", { "<Control>r" } },
  { PWK_KEYS_SCENARIO, N_("Paste as scenario"), "win.paste", { "<Control><Shift>v" } },
  { PWK_KEYS_SCENARIO, N_("Run the edited text"), NULL, { "<Control>Return" } },
  { PWK_KEYS_SCENARIO, N_("Find in the scenario"), "win.find", { "<Control>f" } },
  { PWK_KEYS_SCENARIO, N_("Go to an address, frame, event or line"), "win.go-to", { "<Control>l" } },
  { PWK_KEYS_SCENARIO, N_("Breakpoint in this line"), "win.toggle-breakpoint", { "<Control>b" } },
  { PWK_KEYS_SCENARIO, N_("Events"), "win.events", { "<Control><Shift>e" } },
  { PWK_KEYS_SCENARIO, N_("Difference between two moments"), "win.difference", { "<Control><Shift>x" } },
  { PWK_KEYS_SCENARIO, N_("Kernel files"), "win.dump", { "<Control>m" } },

  { PWK_KEYS_PROGRAM, N_("Search everything"), "win.search", { "<Control>k" } },
  { PWK_KEYS_PROGRAM, N_("New window"), "app.new-window", { "<Control><Shift>n" } },
  { PWK_KEYS_PROGRAM, N_("Preferences"), "app.preferences", { "<Control>comma" } },
  { PWK_KEYS_PROGRAM, N_("Keyboard shortcuts"), "win.show-help-overlay", { "<Control>question", "F1" } },
  { PWK_KEYS_PROGRAM, N_("The scenario language"), "app.language", { "<Shift>F1" } },
  { PWK_KEYS_PROGRAM, N_("Close the window"), "win.close", { "<Control>w" } },
  { PWK_KEYS_PROGRAM, N_("Quit"), "app.quit", { "<Control>q" } },

  { PWK_KEYS_IN_A_VIEW, N_("Move the selection"), NULL, { "Left Right Up Down" } },
  { PWK_KEYS_IN_A_VIEW, N_("Next thing"), NULL, { "n" } },
  { PWK_KEYS_IN_A_VIEW, N_("Thing before"), NULL, { "p" } },
  { PWK_KEYS_IN_A_VIEW, N_("Show it from within"), NULL, { "Return" } },
  { PWK_KEYS_IN_A_VIEW, N_("Back"), NULL, { "Escape" } },
  { PWK_KEYS_IN_A_VIEW, N_("Play or pause"), NULL, { "space" } },
  { PWK_KEYS_IN_A_VIEW, N_("Zoom in"), NULL, { "plus" } },
  { PWK_KEYS_IN_A_VIEW, N_("Zoom out"), NULL, { "minus" } },
  { PWK_KEYS_IN_A_VIEW, N_("Zoom to fit"), NULL, { "0" } },
  { PWK_KEYS_IN_A_VIEW, N_("Copy as text"), NULL, { "<Control>c" } },
  { PWK_KEYS_IN_A_VIEW, N_("Menu of the thing"), NULL, { "Menu" } },
};

static const struct { PwkKeyGroup group; const char *section, *title; } groups[] = {
  { PWK_KEYS_TIME, "shortcuts", N_("Time") },
  { PWK_KEYS_PANES, "shortcuts", N_("Panes") },
  { PWK_KEYS_VIEWS, "shortcuts", N_("Views") },
  { PWK_KEYS_PICTURE, "shortcuts", N_("Picture") },
  { PWK_KEYS_SCENARIO, "scenario", N_("Scenario") },
  { PWK_KEYS_PROGRAM, "scenario", N_("Program") },
  { PWK_KEYS_IN_A_VIEW, "scenario", N_("In a view") },
};

static const struct { const char *name, *title; } sections[] = {
  { "shortcuts", N_("Time and Views") },
  { "scenario", N_("Scenario and Program") },
};

const PwkKey *
pwk_keys (guint *n)
{
  *n = G_N_ELEMENTS (keys);
  return keys;
}

/* --- views --- */

/* The views as the sidebar and the menus have them, layer by layer, the page of calls last. */
static const char *
name_of_view (guint i, const char **title)
{
  for (PwkLayer layer = PWK_LAYER_ALL; layer <= PWK_LAYER_INTERFACES; layer++)
    for (PwkViewId id = 0; id < PWK_N_VIEWS; id++)
      if (pwk_view_class (id)->layer == layer && i-- == 0)
        {
          *title = _(pwk_view_class (id)->title);
          return pwk_view_class (id)->name;
        }
  *title = _("Calls");
  return PWK_VIEW_NAME_CALLS;
}

char *
pwk_keys_of_view (guint i, char **action, const char **title)
{
  const char *name;

  if (i > PWK_N_VIEWS)
    return NULL;
  name = name_of_view (i, title);
  *action = g_strdup_printf ("win.view::%s", name);
  /* One key a digit, the tenth is 0; what is beyond them lies beside it on most keyboards. */
  return i < 10 ? g_strdup_printf ("<Alt>%u", (i + 1) % 10) : g_strdup ("<Alt>minus");
}

/* --- what they do --- */

void
pwk_keys_set (GtkApplication *application)
{
  const char *title;
  char *accel, *action;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].action)
      gtk_application_set_accels_for_action (application, keys[i].action, keys[i].keys);
  for (guint i = 0; (accel = pwk_keys_of_view (i, &action, &title)) != NULL; i++)
    {
      gtk_application_set_accels_for_action (application, action, (const char *[]) { accel, NULL });
      g_free (accel);
      g_free (action);
    }
}

/* --- the overlay --- */

static void
add_shortcut (GString *ui, const char *title, const char *keys_of_it)
{
  char *text = g_markup_printf_escaped ("<child><object class='GtkShortcutsShortcut'><property name='title'>%s</property>"
                                        "<property name='accelerator'>%s</property></object></child>", title, keys_of_it);

  g_string_append (ui, text);
  g_free (text);
}

static void
add_group (GString *ui, PwkKeyGroup group, const char *title)
{
  char *head = g_markup_printf_escaped ("<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>", title);
  const char *view;
  char *accel, *action;

  g_string_append (ui, head);
  g_free (head);
  for (guint i = 0; group == PWK_KEYS_VIEWS && (accel = pwk_keys_of_view (i, &action, &view)) != NULL; i++)
    {
      add_shortcut (ui, view, accel);
      g_free (accel);
      g_free (action);
    }
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].group == group)
      {
        g_autofree char *all = g_strjoinv (" ", (char **) keys[i].keys);

        add_shortcut (ui, _(keys[i].title), all);
      }
  g_string_append (ui, "</object></child>");
}

/* There is no way to fill such a window in GTK 4.8 but by a description. */
GtkShortcutsWindow *
pwk_keys_overlay_new (void)
{
  g_autoptr(GString) ui = g_string_new ("<interface><object class='GtkShortcutsWindow' id='overlay'><property name='modal'>1</property>");
  g_autoptr(GtkBuilder) builder = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      char *head = g_markup_printf_escaped ("<child><object class='GtkShortcutsSection'><property name='section-name'>%s</property>"
                                            "<property name='title'>%s</property><property name='max-height'>18</property>",
                                            sections[i].name, _(sections[i].title));

      g_string_append (ui, head);
      g_free (head);
      for (guint j = 0; j < G_N_ELEMENTS (groups); j++)
        if (g_str_equal (groups[j].section, sections[i].name))
          add_group (ui, groups[j].group, _(groups[j].title));
      g_string_append (ui, "</object></child>");
    }
  g_string_append (ui, "</object></interface>");
  builder = gtk_builder_new_from_string (ui->str, (gssize) ui->len);
  return g_object_ref (GTK_SHORTCUTS_WINDOW (gtk_builder_get_object (builder, "overlay")));
}
