/* sidebar-row.c - a row of the sidebar: icon, title, detail, and how full it is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sidebar-row.h"

#include "app/swatch.h"

#define INDENT     12      /* of a row of a tree, units a level */
#define MAX_INDENT  4      /* levels; the title still has to be read */

struct _PwkSidebarRow
{
  GtkListBoxRow parent_instance;

  uint64_t      id;

  /* template children */
  GtkImage     *image;
  PwkSwatch    *swatch;
  GtkLabel     *branch, *title, *detail;
  GtkLevelBar  *level;
};

G_DEFINE_FINAL_TYPE (PwkSidebarRow, pwk_sidebar_row, GTK_TYPE_LIST_BOX_ROW)

GtkWidget *
pwk_sidebar_row_new (void)
{
  return g_object_new (PWK_TYPE_SIDEBAR_ROW, NULL);
}

void
pwk_sidebar_row_set (PwkSidebarRow *self, const PwkSidebarFacts *facts)
{
  g_autofree char *words = g_strjoin (", ", facts->title, facts->detail, NULL);

  self->id = facts->id;
  gtk_image_set_from_icon_name (self->image, facts->icon_name);
  gtk_widget_set_visible (GTK_WIDGET (self->image), facts->icon_name != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->swatch), facts->colour != PWK_ROLE_NONE);
  pwk_swatch_set_role (self->swatch, facts->colour);
  gtk_widget_set_margin_start (gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (self)), (int) MIN (MAX (facts->depth, 1) - 1, MAX_INDENT) * INDENT);
  gtk_widget_set_visible (GTK_WIDGET (self->branch), facts->branch != NULL);
  gtk_label_set_text (self->branch, facts->branch ? facts->branch : "");
  gtk_label_set_text (self->title, facts->title);
  gtk_label_set_text (self->detail, facts->detail ? facts->detail : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), facts->tooltip);
  gtk_widget_set_visible (GTK_WIDGET (self->level), facts->level >= 0);
  if (facts->level >= 0)
    gtk_level_bar_set_value (self->level, CLAMP (facts->level, 0, 1));
  if (facts->strong)
    gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->title), "heading");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

uint64_t
pwk_sidebar_row_get_id (PwkSidebarRow *self)
{
  return self->id;
}

static void
pwk_sidebar_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_SIDEBAR_ROW);
  G_OBJECT_CLASS (pwk_sidebar_row_parent_class)->dispose (object);
}

static void
pwk_sidebar_row_class_init (PwkSidebarRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pwk_sidebar_row_dispose;
  g_type_ensure (PWK_TYPE_SWATCH);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarRow, image);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarRow, swatch);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarRow, branch);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarRow, title);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarRow, detail);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarRow, level);
}

static void
pwk_sidebar_row_init (PwkSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
