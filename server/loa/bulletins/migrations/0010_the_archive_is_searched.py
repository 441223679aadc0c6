"""Every bulletin is found by its words, accents or not: a row beside it, which follows it by triggers."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FOLDING = r"""
CREATE FUNCTION bulletins_apart(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        btrim(regexp_replace(
            replace(lower(normalize(given, NFD) COLLATE "C"), 'Đ', 'đ'),
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u1680\u180e\u2000-\u2bff\u2e00-\u2e7f'
            '\u3000-\u303f\ufe00-\ufe0f\ufeff\uff00-\uff0f]+', ' ', 'g'), ' '),
        '([^ ]{60})[^ ]+', '\1', 'g')
$$;
CREATE FUNCTION bulletins_with_lone_i(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        given, '(^| )(|[bcdđghklmnprstvx]|ch|gh|kh|nh|ph|th|tr|qu)y([1-5]*)(?= |$)', '\1\2i\3', 'g')
$$;
CREATE FUNCTION bulletins_folded(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT bulletins_with_lone_i(
        replace(regexp_replace(bulletins_apart(given), '[\u0300-\u036f]', '', 'g'), 'đ', 'd'))
$$;
CREATE FUNCTION bulletins_accented(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT bulletins_with_lone_i(regexp_replace(
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(bulletins_apart(given),
            '([^ ]*)\u0301([^ ]*)', '\1\21', 'g'), '([^ ]*)\u0300([^ ]*)', '\1\22', 'g'),
            '([^ ]*)\u0309([^ ]*)', '\1\23', 'g'), '([^ ]*)\u0303([^ ]*)', '\1\24', 'g'),
            '([^ ]*)\u0323([^ ]*)', '\1\25', 'g'),
        '[\u0300-\u0301\u0303-\u0305\u0307-\u031a\u031c-\u036f]', '', 'g'))
$$;
CREATE FUNCTION bulletins_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_to_tsvector(array_remove(array_remove(
        plain || toned || ARRAY(SELECT first || '_' || next FROM unnest(plain, plain[2:]) AS pair(first, next)),
        NULL), '')), '')
      FROM string_to_array(bulletins_folded(given), ' ') AS plain,
           string_to_array(bulletins_accented(given), ' ') AS toned
$$;
"""
"""What `rules.folding` does, for the database to do; a test compares."""

FOLLOWING = """
CREATE FUNCTION bulletins_seek(sought uuid[]) RETURNS void LANGUAGE sql AS $$
    WITH made AS (
        INSERT INTO bulletins_sought (
            bulletin_id, unit_id, state, sound, kind, category, language, origin_level, written_at, changed_at,
            title_words, words)
        SELECT bulletin.id, bulletin.unit_id, bulletin.state,
               CASE WHEN wording.clip_id IS NULL THEN '' WHEN wording.voice = '' THEN 'recorded' ELSE 'spoken' END,
               coalesce(wording.kind, ''), coalesce(wording.category_id, ''), coalesce(wording.language_id, ''),
               bulletin.origin_level,
               bulletin.created_at, bulletin.changed_at, bulletins_words(bulletin.title),
               bulletins_words(bulletin.title || E'\\n' || coalesce(wording.text, ''))
          FROM bulletins_bulletin AS bulletin LEFT JOIN bulletins_revision AS wording ON wording.id = bulletin.current_id
         WHERE bulletin.id = ANY (sought)
        ON CONFLICT (bulletin_id) DO UPDATE SET
            unit_id = excluded.unit_id, state = excluded.state, sound = excluded.sound,
            kind = excluded.kind, category = excluded.category, language = excluded.language,
            origin_level = excluded.origin_level, written_at = excluded.written_at, changed_at = excluded.changed_at,
            title_words = excluded.title_words, words = excluded.words
        RETURNING words)
    INSERT INTO bulletins_word (word)
    SELECT DISTINCT word FROM made, unnest(tsvector_to_array(words)) AS word
     WHERE word ~ '^[a-z]{2,20}$' AND NOT EXISTS (SELECT FROM bulletins_word AS known WHERE known.word = word)
     ORDER BY word
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION bulletins_sought_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'bulletins_revision' THEN
        IF (NEW.title, NEW.text, NEW.clip_id, NEW.voice, NEW.kind, NEW.category_id, NEW.language_id) IS DISTINCT FROM
           (OLD.title, OLD.text, OLD.clip_id, OLD.voice, OLD.kind, OLD.category_id, OLD.language_id)
        THEN
            PERFORM bulletins_seek(array_agg(id)) FROM bulletins_bulletin WHERE current_id = NEW.id;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM bulletins_sought WHERE bulletin_id = OLD.id;
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' OR (NEW.title, NEW.current_id) IS DISTINCT FROM (OLD.title, OLD.current_id) THEN
        PERFORM bulletins_seek(ARRAY[NEW.id]);
    ELSE
        UPDATE bulletins_sought
           SET unit_id = NEW.unit_id, state = NEW.state, written_at = NEW.created_at, changed_at = NEW.changed_at
         WHERE bulletin_id = NEW.id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER bulletins_sought_follows AFTER INSERT OR UPDATE ON bulletins_bulletin
    FOR EACH ROW EXECUTE FUNCTION bulletins_sought_follows();
CREATE TRIGGER bulletins_sought_goes BEFORE DELETE ON bulletins_bulletin
    FOR EACH ROW EXECUTE FUNCTION bulletins_sought_follows();
CREATE TRIGGER bulletins_sought_follows AFTER UPDATE ON bulletins_revision
    FOR EACH ROW EXECUTE FUNCTION bulletins_sought_follows();

-- words are long and seldom looked at: kept beside, so that a page of rows is many rows
ALTER TABLE bulletins_sought SET (toast_tuple_target = 512);
ALTER TABLE bulletins_sought ALTER COLUMN title_words SET STORAGE MAIN;
SELECT bulletins_seek(array_agg(id)) FROM bulletins_bulletin;
"""

BACKWARD = """
DROP TRIGGER bulletins_sought_follows ON bulletins_revision;
DROP TRIGGER bulletins_sought_goes ON bulletins_bulletin;
DROP TRIGGER bulletins_sought_follows ON bulletins_bulletin;
DROP FUNCTION bulletins_sought_follows();
DROP FUNCTION bulletins_seek(uuid[]);
DROP FUNCTION bulletins_words(text);
DROP FUNCTION bulletins_accented(text);
DROP FUNCTION bulletins_folded(text);
DROP FUNCTION bulletins_with_lone_i(text);
DROP FUNCTION bulletins_apart(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bulletins", "0009_renditions_stand"),
        ("kernel", "0001_initial"),
        ("orgs", "0018_administrators_keep_the_record"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=20, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "bulletins_word",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="bulletins_word_alike", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sought",
            fields=[
                (
                    "bulletin",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="bulletins.bulletin",
                    ),
                ),
                ("state", models.CharField(max_length=16)),
                ("sound", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=24)),
                ("category", models.CharField(max_length=40)),
                ("language", models.CharField(max_length=16)),
                ("origin_level", models.CharField(max_length=16)),
                ("written_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("title_words", django.contrib.postgres.search.SearchVectorField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"
                    ),
                ),
            ],
            options={
                "db_table": "bulletins_sought",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["title_words"], name="bulletins_sought_title_words"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["words"], name="bulletins_sought_words"
                    ),
                    models.Index(fields=["unit", "-changed_at"], name="bulletins_sought_unit"),
                    models.Index(fields=["-changed_at", "-bulletin"], name="bulletins_sought_changed"),
                ],
            },
        ),
        migrations.RunSQL(FOLDING, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOWING, BACKWARD),
    ]
