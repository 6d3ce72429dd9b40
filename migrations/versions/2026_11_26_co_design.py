"""co-design

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


FILL = """
INSERT INTO search_entry (kind, thing_id, title, words)
SELECT 'proposal', proposal.id, proposal.title, proposal.summary || ' ' || proposal.reasons || ' ' || coalesce((
    SELECT {joined}(clause_version.words, ' ')
    FROM version JOIN version_clause ON version_clause.version_id = version.id
    JOIN clause_version ON clause_version.id = version_clause.clause_version_id
    WHERE version.proposal_id = proposal.id
    AND version.no = (SELECT max(newer.no) FROM version AS newer WHERE newer.proposal_id = proposal.id)
), '')
FROM proposal WHERE proposal.raised_at IS NOT NULL AND proposal.stage <> 'merged'
"""
SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(title, words, content='search_entry', content_rowid='id', "
    "tokenize='porter unicode61 remove_diacritics 2')",
    "CREATE TRIGGER search_entry_in AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_index (rowid, title, words) VALUES (new.id, new.title, new.words); END",
    "CREATE TRIGGER search_entry_out AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_index (search_index, rowid, title, words) "
    "VALUES ('delete', old.id, old.title, old.words); END",
    "CREATE TRIGGER search_entry_change AFTER UPDATE ON search_entry BEGIN "
    "INSERT INTO search_index (search_index, rowid, title, words) "
    "VALUES ('delete', old.id, old.title, old.words); "
    "INSERT INTO search_index (rowid, title, words) VALUES (new.id, new.title, new.words); END",
)
POSTGRES_INDEX = (
    "ALTER TABLE search_entry ADD COLUMN search_vector tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', words), 'C')) STORED",
    "CREATE INDEX search_entry_vector ON search_entry USING gin (search_vector)",
)


def _index_words() -> None:
    """Each database's own index of the words, which it keeps in step by itself (coproduce/search.py)."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_INDEX if on_sqlite else POSTGRES_INDEX:
        op.execute(statement)
    op.execute(FILL.format(joined="group_concat" if on_sqlite else "string_agg"))


def upgrade() -> None:
    op.create_table('search_entry',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry')),
    sa.UniqueConstraint('kind', 'thing_id', name=op.f('uq_search_entry_kind_thing_id'))
    )
    op.create_table('merge_offer',
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('into_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'declined', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_why', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('proposal_id <> into_id', name=op.f('ck_merge_offer_of_two')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_merge_offer_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['into_id'], ['proposal.id'], name=op.f('fk_merge_offer_into_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_merge_offer_proposal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_merge_offer_settled_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merge_offer'))
    )
    with op.batch_alter_table('merge_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_merge_offer_into_id'), ['into_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_merge_offer_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('support_asked',
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('follows', sa.Boolean(), nullable=True),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entered_by_id'], ['person.id'], name=op.f('fk_support_asked_entered_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['offer_id'], ['merge_offer.id'], name=op.f('fk_support_asked_offer_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_support_asked_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_asked')),
    sa.UniqueConstraint('offer_id', 'person_id', name=op.f('uq_support_asked_offer_id_person_id'))
    )
    with op.batch_alter_table('support_asked', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_support_asked_person_id'), ['person_id'], unique=False)

    op.create_table('duty_flag',
    sa.Column('clause_id', sa.Integer(), nullable=False),
    sa.Column('clause_version_id', sa.Integer(), nullable=False),
    sa.Column('choice_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Enum('inside', 'inside if reworded', 'outside', name='verdict', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('duty_version_id', sa.Integer(), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_why', sa.Text(), nullable=False),
    sa.Column('mended', sa.Text(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(settled_at IS NULL) = (verdict IS NULL)', name=op.f('ck_duty_flag_settled_with_a_verdict')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_duty_flag_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['choice_id'], ['choice.id'], name=op.f('fk_duty_flag_choice_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['clause_id'], ['clause.id'], name=op.f('fk_duty_flag_clause_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['clause_version_id'], ['clause_version.id'], name=op.f('fk_duty_flag_clause_version_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['duty_version_id'], ['duty_version.id'], name=op.f('fk_duty_flag_duty_version_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_duty_flag_settled_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_flag'))
    )
    with op.batch_alter_table('duty_flag', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_duty_flag_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_duty_flag_clause_id'), ['clause_id'], unique=False)

    with op.batch_alter_table('author', schema=None) as batch_op:
        batch_op.add_column(sa.Column('invited_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('since', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('until', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_author_invited_by_id'), 'person', ['invited_by_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('choice', schema=None) as batch_op:
        batch_op.add_column(sa.Column('times', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('departs_why', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('since_no', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('until_no', sa.Integer(), nullable=True))

    with op.batch_alter_table('clause_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('times', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('homes', sa.Integer(), nullable=True))

    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('strengths', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('budget_pence', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('differs_from_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('differs_why', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('entered_how', sa.String(length=20), server_default='', nullable=False))
        batch_op.add_column(sa.Column('consent_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('join_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('join_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_proposal_join_hash'), ['join_hash'])
        batch_op.create_foreign_key(batch_op.f('fk_proposal_differs_from_id'), 'proposal', ['differs_from_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('strengths', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('budget_pence', sa.Integer(), nullable=True))

    _index_words()


def downgrade() -> None:
    op.drop_table("search_entry")  # and with it its triggers, before the index that they write to
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.drop_column('budget_pence')
        batch_op.drop_column('strengths')

    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_proposal_differs_from_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_proposal_join_hash'), type_='unique')
        batch_op.drop_column('join_until')
        batch_op.drop_column('join_hash')
        batch_op.drop_column('consent_at')
        batch_op.drop_column('entered_how')
        batch_op.drop_column('differs_why')
        batch_op.drop_column('differs_from_id')
        batch_op.drop_column('budget_pence')
        batch_op.drop_column('strengths')

    with op.batch_alter_table('clause_version', schema=None) as batch_op:
        batch_op.drop_column('homes')
        batch_op.drop_column('times')

    with op.batch_alter_table('choice', schema=None) as batch_op:
        batch_op.drop_column('until_no')
        batch_op.drop_column('since_no')
        batch_op.drop_column('departs_why')
        batch_op.drop_column('times')

    with op.batch_alter_table('author', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_author_invited_by_id'), type_='foreignkey')
        batch_op.drop_column('until')
        batch_op.drop_column('since')
        batch_op.drop_column('invited_by_id')

    with op.batch_alter_table('duty_flag', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_duty_flag_clause_id'))
        batch_op.drop_index(batch_op.f('ix_duty_flag_by_id'))

    op.drop_table('duty_flag')
    with op.batch_alter_table('support_asked', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_support_asked_person_id'))

    op.drop_table('support_asked')
    with op.batch_alter_table('merge_offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_merge_offer_proposal_id'))
        batch_op.drop_index(batch_op.f('ix_merge_offer_into_id'))

    op.drop_table('merge_offer')
