"""people and the roll

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


# What each list of words may be, before and after. Rows that the tables of before cannot hold go on the way down:
# they are tokens and ways in of kinds that nobody could use there.
WORDS = {
    ("way_in", "kind"): (
        ("email",),
        ("email", "phone", "passphrase", "single sign-on", "second code", "paper codes"),
    ),
    ("one_use", "purpose"): (
        ("sign in",),
        ("sign in", "text code", "join", "confirm email", "confirm phone", "paper code"),
    ),
    ("letter", "state"): (
        ("waiting", "sent", "kept", "failed"),
        ("waiting", "sent", "kept", "unwanted", "failed"),
    ),
}


def allow(table: str, column: str, words: tuple[str, ...]) -> None:
    name = f"ck_{table}_{column}"
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.create_check_constraint(op.f(name), sa.text(f"{column} IN ({listed})"))


def upgrade() -> None:
    for (table, column), (_, words) in WORDS.items():
        allow(table, column, words)
    op.create_table('asked',
    sa.Column('kind', sa.Enum('email', 'phone', 'passphrase', 'single sign-on', 'second code', 'paper codes', name='asked_kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('value', sa.String(length=254), nullable=False),
    sa.Column('next_path', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asked'))
    )
    op.create_table('roll_heading',
    sa.Column('heading', sa.String(length=120), nullable=False),
    sa.Column('means', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_heading')),
    sa.UniqueConstraint('heading', name=op.f('uq_roll_heading_heading'))
    )
    op.create_table('roll_version',
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_roll_version_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_version'))
    )
    op.create_table('consent',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=40), nullable=False),
    sa.Column('how', sa.String(length=40), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_consent_person_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['recorded_by_id'], ['person.id'], name=op.f('fk_consent_recorded_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_person_id'), ['person_id'], unique=False)

    op.create_table('letter_batch',
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_letter_batch_made_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_letter_batch_place_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter_batch'))
    )
    with op.batch_alter_table('letter_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_batch_place_id'), ['place_id'], unique=False)

    op.create_table('roll_import',
    sa.Column('sent_by_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('state', sa.Enum('sent', 'matched', 'ready', 'confirmed', 'done', 'failed', 'dropped', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('headings', sa.JSON(), nullable=False),
    sa.Column('samples', sa.JSON(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('month_first', sa.Boolean(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('lines_done', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('living', sa.Integer(), nullable=False),
    sa.Column('seen_version', sa.Integer(), nullable=False),
    sa.Column('trouble', sa.JSON(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_roll_import_place_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_roll_import_sent_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_import'))
    )
    with op.batch_alter_table('roll_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_roll_import_sent_by_id'), ['sent_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_roll_import_state'), ['state'], unique=False)

    op.create_table('batched_letter',
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('one_use_id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=16), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['letter_batch.id'], name=op.f('fk_batched_letter_batch_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_batched_letter_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batched_letter')),
    sa.UniqueConstraint('batch_id', 'person_id', name=op.f('uq_batched_letter_batch_id_person_id'))
    )
    with op.batch_alter_table('batched_letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_batched_letter_one_use_id'), ['one_use_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_batched_letter_person_id'), ['person_id'], unique=False)

    op.create_table('roll_step',
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('add', 'change', 'end', 'wrong', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('line', sa.Integer(), nullable=True),
    sa.Column('person_ref', sa.String(length=40), nullable=False),
    sa.Column('home_ref', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['roll_import.id'], name=op.f('fk_roll_step_import_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_step'))
    )
    with op.batch_alter_table('roll_step', schema=None) as batch_op:
        batch_op.create_index('ix_roll_step_import_kind', ['import_id', 'kind', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_roll_step_person_ref'), ['person_ref'], unique=False)

    with op.batch_alter_table('one_use', schema=None) as batch_op:
        batch_op.add_column(sa.Column('value', sa.String(length=254), nullable=False, server_default=''))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_email', sa.String(length=254), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('contact_phone', sa.String(length=20), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('letters_by', sa.Enum('email', 'text', 'post', name='letters_by', native_enum=False, create_constraint=True, length=40), nullable=False, server_default='email'))
        batch_op.add_column(sa.Column('wants_news', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_person_contact_email'), ['contact_email'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_person_merged_into_id'), 'person', ['merged_into_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('strong_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('way_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('secret', sa.String(length=300), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('last_step', sa.BigInteger(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('made_at', sa.DateTime(timezone=True), nullable=True))

    # Whoever could sign in had joined.
    person = sa.table("person", sa.column("id"), sa.column("joined_at", sa.DateTime(timezone=True)))
    way_in = sa.table("way_in", sa.column("person_id"))
    op.execute(
        person.update().where(person.c.id.in_(sa.select(way_in.c.person_id))).values(joined_at=sa.func.current_timestamp())
    )


def downgrade() -> None:
    for (table, column), (words, _) in WORDS.items():
        rows = sa.table(table, sa.column(column))
        op.execute(rows.delete().where(rows.c[column].not_in(words)))
        allow(table, column, words)
    with op.batch_alter_table('way_in', schema=None) as batch_op:
        batch_op.drop_column('made_at')
        batch_op.drop_column('last_step')
        batch_op.drop_column('secret')

    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_column('strong_at')

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_person_letters_by'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_person_merged_into_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_person_merged_into_id'))
        batch_op.drop_index(batch_op.f('ix_person_contact_email'))
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('erased_at')
        batch_op.drop_column('joined_at')
        batch_op.drop_column('wants_news')
        batch_op.drop_column('letters_by')
        batch_op.drop_column('contact_phone')
        batch_op.drop_column('contact_email')

    with op.batch_alter_table('one_use', schema=None) as batch_op:
        batch_op.drop_column('value')

    with op.batch_alter_table('roll_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_roll_step_person_ref'))
        batch_op.drop_index('ix_roll_step_import_kind')

    op.drop_table('roll_step')
    with op.batch_alter_table('batched_letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_batched_letter_person_id'))
        batch_op.drop_index(batch_op.f('ix_batched_letter_one_use_id'))

    op.drop_table('batched_letter')
    with op.batch_alter_table('roll_import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_roll_import_state'))
        batch_op.drop_index(batch_op.f('ix_roll_import_sent_by_id'))

    op.drop_table('roll_import')
    with op.batch_alter_table('letter_batch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_batch_place_id'))

    op.drop_table('letter_batch')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consent_person_id'))

    op.drop_table('consent')
    op.drop_table('roll_version')
    op.drop_table('roll_heading')
    op.drop_table('asked')
