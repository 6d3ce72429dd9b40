"""moderation

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('support_needed',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('area', sa.Enum('pets', 'voids', 'estate services', 'cross-cutting', name='area', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('needed > 0', name=op.f('ck_support_needed_one_or_more')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_support_needed_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_support_needed_place_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_needed')),
    sa.UniqueConstraint('place_id', 'area', name=op.f('uq_support_needed_place_id_area'))
    )
    op.create_table('hiding',
    sa.Column('what', sa.Enum('comment', 'suggestion', 'proposal', name='what', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('writer_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Enum('private', 'personal', 'hate', 'threat', 'selling', 'unlawful', 'elsewhere', name='rule', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('hidden_by_id', sa.Integer(), nullable=False),
    sa.Column('hidden_role', sa.String(length=40), nullable=False),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('appeal', sa.Text(), nullable=False),
    sa.Column('appealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_why', sa.Text(), nullable=False),
    sa.Column('restored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('settled_at IS NULL OR appealed_at IS NOT NULL', name=op.f('ck_hiding_settles_an_appeal')),
    sa.CheckConstraint('settled_by_id IS NULL OR settled_by_id <> hidden_by_id', name=op.f('ck_hiding_settled_by_another')),
    sa.ForeignKeyConstraint(['hidden_by_id'], ['person.id'], name=op.f('fk_hiding_hidden_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_hiding_place_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_hiding_proposal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_hiding_settled_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['writer_id'], ['person.id'], name=op.f('fk_hiding_writer_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hiding'))
    )
    with op.batch_alter_table('hiding', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hiding_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_hiding_writer_id'), ['writer_id'], unique=False)
        batch_op.create_index('uq_hiding_one_live', ['what', 'thing_id'], unique=True, sqlite_where=sa.text('restored_at IS NULL'), postgresql_where=sa.text('restored_at IS NULL'))

    op.create_table('mandate_change',
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('was', sa.Enum('inform', 'consult', 'co-design', 'delegate', 'resident-led', name='was', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('now', sa.Enum('inform', 'consult', 'co-design', 'delegate', 'resident-led', name='now', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('was_words', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_mandate_change_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_mandate_change_proposal_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_change'))
    )
    with op.batch_alter_table('mandate_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_change_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('report',
    sa.Column('what', sa.Enum('comment', 'suggestion', 'proposal', name='what', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('rule', sa.Enum('private', 'personal', 'hate', 'threat', 'selling', 'unlawful', 'elsewhere', name='rule', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('hidden', sa.Boolean(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(settled_at IS NULL) = (hidden IS NULL)', name=op.f('ck_report_settled_one_way')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_report_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_report_place_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_report_proposal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_report_settled_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('what', 'thing_id', 'by_id', name=op.f('uq_report_what_thing_id_by_id'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_by_id'), ['by_id'], unique=False)
        batch_op.create_index('ix_report_settled_at_place_id', ['settled_at', 'place_id'], unique=False)

    op.create_table('told',
    sa.Column('place_id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.Integer(), nullable=True),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('door', sa.Enum('hazard', 'repair', 'complaint', 'crime', 'harm', name='door', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('looked_by_id', sa.Integer(), nullable=True),
    sa.Column('passed_to', sa.String(length=120), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("passed_to = '' OR closed_at IS NOT NULL", name=op.f('ck_told_passed_on_a_day')),
    sa.CheckConstraint('(closed_at IS NULL) = (closed_by_id IS NULL)', name=op.f('ck_told_closed_by_somebody')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_told_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_told_closed_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_told_comment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['looked_by_id'], ['person.id'], name=op.f('fk_told_looked_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_told_place_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_told_proposal_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_told')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_told_comment_id'))
    )
    with op.batch_alter_table('told', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_told_by_id'), ['by_id'], unique=False)
        batch_op.create_index('ix_told_closed_at_due_on', ['closed_at', 'due_on'], unique=False)

    with op.batch_alter_table('amendment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown', sa.Enum('waiting', 'shown', 'hidden', 'withdrawn', name='shown', native_enum=False, create_constraint=True, length=40), server_default='shown', nullable=False))

    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shown', sa.Enum('waiting', 'shown', 'hidden', 'withdrawn', name='shown', native_enum=False, create_constraint=True, length=40), server_default='shown', nullable=False))
        batch_op.add_column(sa.Column('support_needed', sa.Integer(), nullable=True))
        batch_op.create_index('ix_proposal_shown_raised_at', ['shown', 'raised_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.drop_index('ix_proposal_shown_raised_at')
        batch_op.drop_constraint(op.f("ck_proposal_shown"), type_="check")
        batch_op.drop_column('support_needed')
        batch_op.drop_column('shown')

    with op.batch_alter_table('amendment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_amendment_shown"), type_="check")
        batch_op.drop_column('shown')

    with op.batch_alter_table('told', schema=None) as batch_op:
        batch_op.drop_index('ix_told_closed_at_due_on')
        batch_op.drop_index(batch_op.f('ix_told_by_id'))

    op.drop_table('told')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index('ix_report_settled_at_place_id')
        batch_op.drop_index(batch_op.f('ix_report_by_id'))

    op.drop_table('report')
    with op.batch_alter_table('mandate_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mandate_change_proposal_id'))

    op.drop_table('mandate_change')
    with op.batch_alter_table('hiding', schema=None) as batch_op:
        batch_op.drop_index('uq_hiding_one_live', sqlite_where=sa.text('restored_at IS NULL'), postgresql_where=sa.text('restored_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_hiding_writer_id'))
        batch_op.drop_index(batch_op.f('ix_hiding_place_id'))

    op.drop_table('hiding')
    op.drop_table('support_needed')
