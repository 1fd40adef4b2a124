/* go-to-dialog.c - to an event, an address, a frame, a line
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/go-to-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/event-kinds.h"

struct _PwkGoToDialog
{
  AdwWindow parent_instance;

  PwkWindow   *window;     /* borrowed: transient for it */

  /* template children */
  GtkEditable *entry;
  GtkLabel    *meaning;
  GtkWidget   *go_button, *back_button;
};

G_DEFINE_FINAL_TYPE (PwkGoToDialog, pwk_go_to_dialog, ADW_TYPE_WINDOW)

static gboolean
parse_number (const char *text, uint64_t *number)
{
  char *end;

  while (g_ascii_isspace (*text))
    text++;
  if (!g_ascii_isdigit (*text))
    return FALSE;
  *number = g_ascii_strtoull (text, &end, 0);
  while (g_ascii_isspace (*end))
    end++;
  return *end == 0;
}

/* "12", "12:3", with a colon in front as on the command line, or without. */
static gboolean
parse_line (const char *text, PwkPlace *place)
{
  return pwk_spot_parse_line (text + (*text == ':'), &place->number, &place->rounds);
}

PwkPlace
pwk_place_parse (const char *text)
{
  static const struct { const char *word; PwkPlaceKind kind; } words[] = {
    { "event", PWK_PLACE_EVENT }, { "pfn", PWK_PLACE_PFN }, { "frame", PWK_PLACE_PFN }, { "line", PWK_PLACE_LINE },
    { "address", PWK_PLACE_ADDRESS }, { "0x", PWK_PLACE_ADDRESS },
  };
  PwkPlace place = { .kind = PWK_PLACE_NONE };
  g_autofree char *clean = g_strstrip (g_strdup (text)), *word = NULL;
  int kind;

  for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strncasecmp (clean, words[i].word, strlen (words[i].word)) == 0)
      {
        const char *rest = clean + (words[i].word[0] == '0' ? 0 : strlen (words[i].word));

        if (words[i].kind == PWK_PLACE_LINE ? parse_line (rest, &place) : parse_number (rest, &place.number))
          {
            place.kind = words[i].kind;
            return place;
          }
      }
  if (parse_number (clean, &place.number))
    {
      place.kind = PWK_PLACE_EVENT;
      return place;
    }
  word = g_strndup (clean, strcspn (clean, " \t"));
  kind = pwk_event_from_name (word);
  if (kind >= 0)
    place = (PwkPlace) { .kind = PWK_PLACE_KIND, .number = (uint64_t) kind };
  return place;
}

/* What stands behind the first word: the condition on events of a kind. */
static const char *
condition_in (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  text += strcspn (text, " \t");
  while (g_ascii_isspace (*text))
    text++;
  return text;
}

static char *
describe_line (const PwkPlace *place)
{
  g_autoptr(GString) rounds = g_string_new (NULL);

  if (place->rounds.n_rounds == 0)
    return g_strdup_printf (_("To just before line %llu of the scenario"), (unsigned long long) place->number);
  for (uint32_t i = 0; i < place->rounds.n_rounds; i++)
    g_string_append_printf (rounds, "%s%" G_GUINT64_FORMAT, i ? ":" : "", place->rounds.round[i]);
  /* Translators: a line, and the numbers of rounds of the loops around it, as "3" or "3:0" */
  return g_strdup_printf (_("To just before line %llu of the scenario in round %s"), (unsigned long long) place->number, rounds->str);
}

char *
pwk_place_describe (PwkPlace place)
{
  switch (place.kind)
    {
    case PWK_PLACE_EVENT:   return g_strdup_printf (_("To event %llu"), (unsigned long long) place.number);
    case PWK_PLACE_ADDRESS: return g_strdup_printf (_("Show the virtual address 0x%llx"), (unsigned long long) place.number);
    case PWK_PLACE_PFN:     return g_strdup_printf (_("Show page frame %llu"), (unsigned long long) place.number);
    case PWK_PLACE_LINE:    return describe_line (&place);
    case PWK_PLACE_KIND:    return g_strdup_printf (_("To the next %s event"), pwk_event_info ((PwkEventKind) place.number)->name);
    case PWK_PLACE_NONE:    break;
    }
  return g_strdup (_("An event number, an address (0x7f…), a page frame (pfn 1024), a line (line 12, in a loop line 12:3 for its round 3), or the name of an event with a condition, if you like (split order >= 3)."));
}

/* "To the next split event. Fields: pfn, order" or what is wrong with the condition behind it. */
static char *
describe_search (PwkPlace place, const char *condition, gboolean *sound)
{
  g_autofree char *sentence = pwk_place_describe (place), *fields = pwk_event_kinds_fields ((unsigned) place.number);
  g_autoptr(GError) error = NULL;
  PwkCondition *parsed = condition[0] != '\0' ? pwk_condition_parse (condition, (int) place.number, &error) : NULL;

  *sound = error == NULL;
  g_clear_pointer (&parsed, pwk_condition_free);
  return error ? g_strdup (error->message) : g_strdup_printf ("%s\n%s", sentence, fields);
}

static void
changed (PwkGoToDialog *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  PwkPlace place = pwk_place_parse (text);
  gboolean search = place.kind == PWK_PLACE_KIND, sound = TRUE;
  g_autofree char *meaning = search ? describe_search (place, condition_in (text), &sound) : pwk_place_describe (place);

  gtk_label_set_label (self->meaning, meaning);
  gtk_widget_set_visible (self->back_button, search);
  gtk_widget_set_sensitive (self->back_button, sound);
  gtk_button_set_label (GTK_BUTTON (self->go_button), search ? _("Next") : _("Go"));
  gtk_widget_set_sensitive (self->go_button, place.kind != PWK_PLACE_NONE && sound);
}

static void
go_to_line (PwkDocument *document, const PwkPlace *place)
{
  PwkScript *script = pwk_document_get_script (document);
  PwkSpot spot = place->rounds;
  g_autoptr(GError) error = NULL;

  if (script && pwk_spot_find_line (script, place->number, &spot, &error))
    pwk_session_seek_spot (pwk_document_get_session (document), &spot);
  else
    pwk_document_say (document, error && place->rounds.n_rounds > 0 ? error->message : _("There is no statement on that line"));
}

void
pwk_place_go (PwkWindow *window, const char *text, gboolean backwards)
{
  PwkPlace place = pwk_place_parse (text);
  PwkDocument *document = pwk_window_get_document (window);

  switch (place.kind)
    {
    case PWK_PLACE_EVENT:
      pwk_document_go_to (document, place.number);
      break;
    case PWK_PLACE_ADDRESS:
      pwk_window_show_thing (window, PWK_ID (PWK_THING_ADDRESS, place.number));
      break;
    case PWK_PLACE_PFN:
      pwk_window_show_thing (window, PWK_ID (PWK_THING_PFN, place.number));
      break;
    case PWK_PLACE_LINE:
      go_to_line (document, &place);
      break;
    case PWK_PLACE_KIND:
      pwk_session_find_event (pwk_document_get_session (document), pwk_event_info ((PwkEventKind) place.number)->name, condition_in (text),
                              backwards);
      break;
    case PWK_PLACE_NONE:
      break;
    }
}

/* An event is one of many: the dialog stays, to go on to the next. */
static void
go_there (PwkGoToDialog *self, gboolean backwards)
{
  const char *text = gtk_editable_get_text (self->entry);
  PwkPlace place = pwk_place_parse (text);

  if (place.kind == PWK_PLACE_NONE || !gtk_widget_get_sensitive (self->go_button))
    return;
  pwk_place_go (self->window, text, backwards);
  if (place.kind != PWK_PLACE_KIND)
    gtk_window_close (GTK_WINDOW (self));
}

static void
go (PwkGoToDialog *self)
{
  go_there (self, FALSE);
}

static void
go_back (PwkGoToDialog *self)
{
  go_there (self, TRUE);
}

static void
dispose (GObject *object)
{
  PwkGoToDialog *self = PWK_GO_TO_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_GO_TO_DIALOG);
  G_OBJECT_CLASS (pwk_go_to_dialog_parent_class)->dispose (object);
}

static void
pwk_go_to_dialog_class_init (PwkGoToDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/go-to-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkGoToDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, PwkGoToDialog, meaning);
  gtk_widget_class_bind_template_child (widget_class, PwkGoToDialog, go_button);
  gtk_widget_class_bind_template_child (widget_class, PwkGoToDialog, back_button);
  gtk_widget_class_bind_template_callback (widget_class, changed);
  gtk_widget_class_bind_template_callback (widget_class, go);
  gtk_widget_class_bind_template_callback (widget_class, go_back);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pwk_go_to_dialog_init (PwkGoToDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
pwk_go_to_dialog_present (PwkWindow *window)
{
  PwkGoToDialog *self = g_object_new (PWK_TYPE_GO_TO_DIALOG, "transient-for", window, NULL);

  self->window = window;
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}
