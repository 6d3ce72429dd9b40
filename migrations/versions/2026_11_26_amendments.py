"""amendments

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('amendment',
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('base_no', sa.Integer(), nullable=False),
    sa.Column('deed', sa.Enum('replace', 'add', 'remove', 'move', name='deed', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('clause_id', sa.Integer(), nullable=True),
    sa.Column('place', sa.Integer(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('open', 'accepted', 'declined', 'withdrawn', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_words', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('result_no', sa.Integer(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'accepted') = (result_no IS NOT NULL)", name=op.f('ck_amendment_accepted_into_a_version')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_amendment_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['clause_id'], ['clause.id'], name=op.f('fk_amendment_clause_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_amendment_proposal_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_amendment_settled_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendment'))
    )
    with op.batch_alter_table('amendment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_amendment_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_amendment_clause_id'), ['clause_id'], unique=False)
        batch_op.create_index('ix_amendment_proposal_id_state', ['proposal_id', 'state'], unique=False)

    op.create_table('amendment_backing',
    sa.Column('amendment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['amendment_id'], ['amendment.id'], name=op.f('fk_amendment_backing_amendment_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_amendment_backing_person_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendment_backing')),
    sa.UniqueConstraint('amendment_id', 'person_id', name=op.f('uq_amendment_backing_amendment_id_person_id'))
    )
    with op.batch_alter_table('amendment_backing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_amendment_backing_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('amendment_backing', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_amendment_backing_person_id'))

    op.drop_table('amendment_backing')
    with op.batch_alter_table('amendment', schema=None) as batch_op:
        batch_op.drop_index('ix_amendment_proposal_id_state')
        batch_op.drop_index(batch_op.f('ix_amendment_clause_id'))
        batch_op.drop_index(batch_op.f('ix_amendment_by_id'))

    op.drop_table('amendment')
