/* tour-card.c - the narration of a lesson, from one pause () to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/tour-card.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/canvas-motion.h"
#include "app/document-link.h"
#include "scenario/narration.h"

/* A pause (), or the end, and what was said since the one before it. The machine stops behind the last call that did something: the
 * narration itself is nothing to look at. */
typedef struct
{
  uint32_t statement;  /* just before it */
  char    *title;      /* of the step () that it belongs to, owned, or NULL */
  char    *text;       /* owned */
  char    *hint;       /* of ask (), owned, or NULL */
  gboolean asks;
} Stop;

/* A show (): from that statement on the view is in front, until the next one or until people choose another. */
typedef struct
{
  uint32_t statement;  /* just before it */
  char    *view;       /* owned */
} Show;

struct _PwkTourCard
{
  AdwBin       parent_instance;

  /* owned */
  PwkDocument *document;
  PwkScript   *script;       /* that the stops were read from */
  GArray      *stops;        /* Stop */
  GArray      *shows;        /* Show */
  GSettings   *settings;

  int          at;           /* stop shown, -1 none */
  int          heading;      /* stop that the machine is on the way to, -1 none */
  gboolean     on_the_way;   /* … as a snapshot has told */
  gboolean     active;
  int          shown;        /* show () that was carried out last, -1 none */
  gboolean     keeps_view;   /* what was opened chose its view itself: the next show () counts as carried out */

  /* template children */
  GtkLabel    *title, *text, *verdict, *answer, *progress;
  GtkWidget   *question;
  GtkEditable *entry;
  GtkButton   *back, *next, *answer_button;
};

G_DEFINE_FINAL_TYPE (PwkTourCard, pwk_tour_card, ADW_TYPE_BIN)

/* --- reading the narration --- */

static void
clear_stop (gpointer data)
{
  Stop *stop = data;

  g_free (stop->title);
  g_free (stop->text);
  g_free (stop->hint);
}

static void
clear_show (gpointer data)
{
  g_free (((Show *) data)->view);
}

static char *
string_arg (const PwkScript *script, const PwkStatement *statement, guint i)
{
  const PwkArg *arg = pwk_statement_arg (script, statement, i);
  const PwkExpr *expr = arg ? pwk_script_expr (script, arg->expr) : NULL;

  if (!expr || expr->kind != PWK_EXPR_STRING || !g_utf8_validate (expr->string, (gssize) expr->string_length, NULL))
    return NULL;
  return g_strndup (expr->string, expr->string_length);
}

static void
add_text (GString *text, const PwkScript *script, const PwkStatement *statement)
{
  g_autofree char *said = pwk_narration_text (script, statement);

  if (!said)
    return;
  if (text->len > 0)
    g_string_append (text, "\n\n");
  g_string_append (text, said);
}

static void
add_question (Stop *stop, const PwkScript *script, const PwkStatement *statement)
{
  if (!pwk_statement_find_arg (script, statement, "answer") && statement->n_args < 2)
    return;
  g_free (stop->hint);
  stop->hint = pwk_narration_hint (script, statement);
  stop->asks = TRUE;
}

/* Ends the page: what comes next begins another of the same step. */
static void
add_stop (PwkTourCard *self, Stop *open, uint32_t done, GString *text)
{
  Stop stop = *open;

  stop.statement = done;
  stop.title = g_strdup (open->title);
  stop.text = g_strdup (text->str);
  g_array_append_val (self->stops, stop);
  g_string_truncate (text, 0);
  *open = (Stop) { .title = open->title };
}

static void
add_show (PwkTourCard *self, uint32_t statement, const PwkStatement *show)
{
  Show at = { statement, string_arg (self->script, show, 0) };

  if (at.view)
    g_array_append_val (self->shows, at);
}

/* @done: how many statements are behind the machine that the narration speaks of. */
static void
read_statement (PwkTourCard *self, Stop *open, GString *text, uint32_t done, const PwkStatement *statement)
{
  if (strcmp (statement->call, "say") == 0)
    add_text (text, self->script, statement);
  else if (strcmp (statement->call, "ask") == 0)
    {
      add_text (text, self->script, statement);
      add_question (open, self->script, statement);
    }
  else if (strcmp (statement->call, "step") == 0)
    {
      g_free (open->title);
      open->title = pwk_narration_text (self->script, statement);
    }
  else if (strcmp (statement->call, "show") == 0)
    add_show (self, done, statement);
  else if (strcmp (statement->call, "pause") == 0)
    add_stop (self, open, done, text);
}

static void
read_narration (PwkTourCard *self)
{
  g_autoptr(GString) text = g_string_new (NULL);
  Stop open = { 0 };
  uint32_t done = 0;
  guint first = 0, n = pwk_script_n_statements (self->script);

  for (guint i = 0; i < n; i++)
    {
      const PwkStatement *statement = pwk_script_statement (self->script, i);

      if (pwk_narration_is_passed (statement))
        done = MAX (done, pwk_narration_rest (self->script, first, i));
      read_statement (self, &open, text, done, statement);
      if (strcmp (statement->call, "pause") == 0)
        first = i + 1;
    }
  if (text->len > 0)
    add_stop (self, &open, MAX (done, pwk_narration_rest (self->script, first, n)), text);
  clear_stop (&open);
}

static void
take_script (PwkTourCard *self, PwkScript *script)
{
  if (script == self->script)
    return;
  g_clear_pointer (&self->script, pwk_script_unref);
  self->script = script ? pwk_script_ref (script) : NULL;
  g_array_set_size (self->stops, 0);
  g_array_set_size (self->shows, 0);
  if (script)
    read_narration (self);
}

/* --- showing --- */

static void
show_question (PwkTourCard *self, const Stop *stop)
{
  gtk_widget_set_visible (self->question, stop->asks);
  gtk_editable_set_text (self->entry, "");
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->answer), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->answer_button), stop->asks);
}

static void
show_stop (PwkTourCard *self, int at)
{
  const Stop *stop = at >= 0 ? &g_array_index (self->stops, Stop, at) : NULL;
  g_autofree char *progress = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), self->active && stop && stop->text[0] != '\0');
  if (!stop || (at == self->at && strcmp (gtk_label_get_text (self->text), stop->text) == 0))
    return;
  self->at = at;
  /* Translators: the number of this page of a lesson, and of all */
  progress = g_strdup_printf (_("%d of %u"), at + 1, self->stops->len);
  gtk_label_set_text (self->title, stop->title ? stop->title : "");
  gtk_widget_set_visible (GTK_WIDGET (self->title), stop->title != NULL);
  gtk_label_set_text (self->text, stop->text);
  gtk_label_set_text (self->progress, progress);
  show_question (self, stop);
  gtk_widget_set_sensitive (GTK_WIDGET (self->back), at > 0);
  gtk_button_set_label (self->next, at + 1 < (int) self->stops->len ? _("Next") : _("Finish"));
}

/* Brings the view of the last show () to the front, once each time that one is come to. */
static void
carry_out_shows (PwkTourCard *self, uint32_t statement)
{
  int at = -1;

  for (guint i = 0; i < self->shows->len; i++)
    if (g_array_index (self->shows, Show, i).statement <= statement)
      at = (int) i;
  if (at != self->shown && at >= 0 && self->active && !self->keeps_view)
    g_signal_emit_by_name (self->document, "show-view", g_array_index (self->shows, Show, at).view);
  self->shown = at;
  self->keeps_view = FALSE;
}

static uint32_t
statement_of (PwkTourCard *self, int stop)
{
  return g_array_index (self->stops, Stop, stop).statement;
}

/* The last stop at or before @statement, -1 none. */
static int
stop_before (PwkTourCard *self, uint32_t statement)
{
  int at = -1;

  for (guint i = 0; i < self->stops->len; i++)
    if (statement_of (self, (int) i) <= statement)
      at = (int) i;
  return at;
}

static void
set_heading (PwkTourCard *self, int stop)
{
  self->heading = stop;
  self->on_the_way = FALSE;
}

/* It is there, or was stopped on the way. */
static void
follow_heading (PwkTourCard *self, const PwkSnapshot *snapshot)
{
  gboolean plays = snapshot->state == PWK_STATE_PLAYING;

  if (self->heading < 0)
    return;
  if (snapshot->statement >= statement_of (self, self->heading) || (self->on_the_way && !plays))
    set_heading (self, -1);
  else
    self->on_the_way |= plays;
}

/* The last stop that the machine has come to; on the way to one, that one: it tells what is happening. */
static void
take_snapshot (PwkTourCard *self)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  uint32_t statement = snapshot->statement;

  take_script (self, pwk_document_get_script (self->document));
  follow_heading (self, snapshot);
  if (self->heading >= 0)
    statement = statement_of (self, self->heading);
  show_stop (self, stop_before (self, statement));
  carry_out_shows (self, statement);
}

static void
on_opened (PwkTourCard *self, gboolean at_moment)
{
  self->at = -1;
  self->shown = -1;
  set_heading (self, -1);
  self->active = TRUE;
  self->keeps_view = at_moment;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
go_to_stop (PwkTourCard *self, int at)
{
  set_heading (self, -1);
  if (at >= 0 && at < (int) self->stops->len)
    pwk_session_seek_statement (pwk_document_get_session (self->document), statement_of (self, at));
}

/* What is told is seen happening, in the view that it is shown in. */
static void
play_to_stop (PwkTourCard *self, int at)
{
  set_heading (self, at);
  show_stop (self, at);
  carry_out_shows (self, statement_of (self, at));
  pwk_document_travel (self->document, statement_of (self, at));
}

/* Ends a stretch that is being played. FALSE: none is. */
static gboolean
arrive (PwkTourCard *self)
{
  if (self->heading < 0)
    return FALSE;
  go_to_stop (self, self->heading);
  return TRUE;
}

static void
close_clicked (PwkTourCard *self)
{
  pwk_tour_card_set_active (self, FALSE);
}

static void
back_clicked (PwkTourCard *self)
{
  go_to_stop (self, self->at - 1);
}

static void
next_clicked (PwkTourCard *self)
{
  if (arrive (self))
    return;
  if (self->at + 1 >= (int) self->stops->len)
    close_clicked (self);
  else if (pwk_wants_motion (GTK_WIDGET (self), self->settings))
    play_to_stop (self, self->at + 1);
  else
    go_to_stop (self, self->at + 1);
}

/* Wherever the focus is. */
static gboolean
escape_pressed (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  return arrive (PWK_TOUR_CARD (widget));
}

/* What the machine knows; NULL as long as it has not come so far. */
static const char *
known_answer (PwkTourCard *self)
{
  return pwk_document_get_snapshot (self->document)->answer;
}

static void
tell_verdict (PwkTourCard *self, gboolean right)
{
  const Stop *stop = &g_array_index (self->stops, Stop, self->at);
  g_autofree char *wrong = NULL;

  if (!right)
    /* Translators: behind it comes the hint of a lesson's question */
    wrong = stop->hint ? g_strdup_printf (_("Not right. %s"), stop->hint) : g_strdup (_("Not right. Try again, or let the answer be shown."));
  gtk_label_set_text (self->verdict, right ? _("Right.") : wrong);
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, gtk_label_get_text (self->verdict), -1);
}

static void
check_clicked (PwkTourCard *self)
{
  const char *answer = known_answer (self);

  if (self->at >= 0 && answer)
    tell_verdict (self, pwk_answer_is_right (answer, gtk_editable_get_text (self->entry)));
}

static void
answer_clicked (PwkTourCard *self)
{
  const char *answer = known_answer (self);

  gtk_label_set_text (self->answer, answer ? answer : "");
  gtk_widget_set_visible (GTK_WIDGET (self->answer), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->answer_button), FALSE);
}

void
pwk_tour_card_turn (PwkTourCard *self, gboolean forward)
{
  if (forward)
    next_clicked (self);
  else
    back_clicked (self);
}

/* With the focus in the card, the arrows turn its pages; elsewhere they are the picture's. */
static gboolean
key_pressed (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, PwkTourCard *self)
{
  gboolean forward = keyval == GDK_KEY_Right;

  if ((!forward && keyval != GDK_KEY_Left) || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  pwk_tour_card_turn (self, forward);
  return GDK_EVENT_STOP;
}

void
pwk_tour_card_start (PwkTourCard *self)
{
  self->active = TRUE;
  self->keeps_view = FALSE;
  self->at = -1;
  self->shown = -1;
  go_to_stop (self, 0);
}

void
pwk_tour_card_set_active (PwkTourCard *self, gboolean active)
{
  self->active = active;
  if (!active)
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

gboolean
pwk_tour_card_has_stops (PwkTourCard *self)
{
  return self->stops->len > 0;
}

/* --- object --- */

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkTourCard, document),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "opened", G_CALLBACK (on_opened) } },
};

static void
pwk_tour_card_dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  g_clear_object (&PWK_TOUR_CARD (object)->settings);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_TOUR_CARD);
  G_OBJECT_CLASS (pwk_tour_card_parent_class)->dispose (object);
}

static void
pwk_tour_card_finalize (GObject *object)
{
  PwkTourCard *self = PWK_TOUR_CARD (object);

  g_clear_pointer (&self->script, pwk_script_unref);
  g_array_unref (self->stops);
  g_array_unref (self->shows);
  G_OBJECT_CLASS (pwk_tour_card_parent_class)->finalize (object);
}

static void
pwk_tour_card_class_init (PwkTourCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pwk_tour_card_dispose;
  object_class->finalize = pwk_tour_card_finalize;
  pwk_document_link_install (object_class, &document_link);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/tour-card.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, title);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, text);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, question);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, entry);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, verdict);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, answer);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, progress);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, back);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, next);
  gtk_widget_class_bind_template_child (widget_class, PwkTourCard, answer_button);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, check_clicked);
  gtk_widget_class_bind_template_callback (widget_class, answer_clicked);
}

static void
pwk_tour_card_init (PwkTourCard *self)
{
  GtkEventController *keys = gtk_event_controller_key_new (), *escape = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (escape), GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_event_controller_set_propagation_phase (escape, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (escape),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (escape_pressed, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), escape);
  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  self->heading = -1;
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  self->stops = g_array_new (FALSE, FALSE, sizeof (Stop));
  self->shows = g_array_new (FALSE, FALSE, sizeof (Show));
  g_array_set_clear_func (self->stops, clear_stop);
  g_array_set_clear_func (self->shows, clear_show);
  self->at = -1;
  self->shown = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
