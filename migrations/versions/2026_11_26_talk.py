"""talk

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('adoption',
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_adoption_comment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_adoption_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adoption')),
    sa.UniqueConstraint('comment_id', 'person_id', name=op.f('uq_adoption_comment_id_person_id'))
    )
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_adoption_person_id'), ['person_id'], unique=False)

    op.create_table('put_question',
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('to', sa.Enum('landlord', 'expert', name='to', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('put_by_id', sa.Integer(), nullable=False),
    sa.Column('put_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_role', sa.String(length=40), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f('ck_put_question_answered_with_words')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_put_question_answered_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_put_question_comment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['put_by_id'], ['person.id'], name=op.f('fk_put_question_put_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_put_question')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_put_question_comment_id'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('part_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('door', sa.Enum('hazard', 'repair', 'complaint', 'crime', 'harm', name='door', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('adopted_count', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('read_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('read_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('joined_no', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_comment_read_by_id'), 'person', ['read_by_id'], ['id'], ondelete='RESTRICT')



def downgrade() -> None:
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_comment_door"), type_="check")
        batch_op.drop_constraint(batch_op.f('fk_comment_read_by_id'), type_='foreignkey')
        batch_op.drop_column('joined_no')
        batch_op.drop_column('read_by_id')
        batch_op.drop_column('read_at')
        batch_op.drop_column('adopted_count')
        batch_op.drop_column('door')
        batch_op.drop_column('part_id')

    op.drop_table('put_question')
    with op.batch_alter_table('adoption', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_adoption_person_id'))

    op.drop_table('adoption')
