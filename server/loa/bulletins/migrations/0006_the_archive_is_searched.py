"""Every bulletin is found by its words, accents or not: a row beside it, which follows it by triggers."""

from django.db import migrations

# What `rules.folding` does, for the database to do; a test compares.
FOLDING = r"""
CREATE FUNCTION bulletins_apart(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        btrim(regexp_replace(
            replace(lower(normalize(given, NFD) COLLATE "C"), 'Đ', 'đ'),
            '(^|[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u1680\u180e\u2000-\u2bff\u2e00-\u2e7f'
            '\u3000-\u303f\ufe00-\ufe0f\ufeff\uff00-\uff0f])'
            '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u0300-\u036f\u1680\u180e\u2000-\u2bff\u2e00-\u2e7f'
            '\u3000-\u303f\ufe00-\ufe0f\ufeff\uff00-\uff0f]*', ' ', 'g'), ' '),
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
    SELECT DISTINCT said.word FROM made, unnest(tsvector_to_array(words)) AS said(word)
     WHERE said.word ~ '^[a-z]{2,20}$'
       AND NOT EXISTS (SELECT FROM bulletins_word AS known WHERE known.word = said.word)
     ORDER BY said.word
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
"""


class Migration(migrations.Migration):
    dependencies = [("bulletins", "0005_guards")]

    operations = [migrations.RunSQL(FOLDING), migrations.RunSQL(FOLLOWING)]
