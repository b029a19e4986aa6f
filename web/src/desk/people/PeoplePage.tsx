import { Button, Select, Table } from 'antd'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person, Role } from '../../api/model'
import { people, schools } from '../../api/places'
import { holds, useSession } from '../../app/session'
import { useLoad } from '../../app/useLoad'
import { Badge, ProblemNote } from '../../ui/parts'
import { useNarrow } from '../../ui/useNarrow'
import { NewPerson } from './NewPerson'
import './people.css'

const roles: Role[] = ['lecturer', 'assistant', 'student', 'coordinator', 'observer', 'school-admin', 'operator']

/** Who has an account, with which role where; school administrators and operators make new ones. */
export function PeoplePage() {
  const { t } = useTranslation('desk')
  const me = useSession((s) => s.me)
  const [school, setSchool] = useState<string>()
  const [role, setRole] = useState<Role>()
  const [adding, setAdding] = useState(false)
  const places = useLoad('schools', schools)
  const { data, problem, loading, reload } = useLoad(`people ${school} ${role}`, (signal) => people({ school, role }, signal))
  const narrow = useNarrow()
  const refused = problem?.status === 403
  const may = me ? holds(me, 'school-admin', 'operator') : false

  return (
    <div className="people">
      <header>
        <h1>{t('person.title')}</h1>
        {(places.data?.length ?? 0) > 1 && (
          <Select allowClear className="people-filter" value={school} onChange={setSchool} placeholder={t('person.everySchool')} aria-label={t('person.school')}
            options={places.data?.map((s) => ({ value: s.id, label: s.name }))} />
        )}
        {!refused && (
          <Select allowClear className="people-filter" value={role} onChange={setRole} placeholder={t('person.everyRole')} aria-label={t('person.role')}
            options={roles.map((r) => ({ value: r, label: t(`common:role.${r}`) }))} />
        )}
        {may && <Button type="primary" icon={<UserPlus size={18} />} onClick={() => setAdding(true)}>{t('person.new')}</Button>}
      </header>
      {problem && <ProblemNote problem={problem} onRetry={reload} />}
      {!refused && (
        <Table<Person> rowKey="id" loading={loading} dataSource={data ?? []} pagination={{ pageSize: 20, hideOnSinglePage: true }} size={narrow ? 'small' : 'middle'} tableLayout="auto"
          columns={[
            { title: t('person.name'), dataIndex: 'name', sorter: (a, b) => a.name.localeCompare(b.name) },
            { title: t('person.login'), dataIndex: 'login' },
            { title: t('person.role'), render: (_, p) => <Roles person={p} /> },
          ]} />
      )}
      {adding && <NewPerson schools={places.data ?? []} onClose={() => setAdding(false)} onDone={reload} />}
    </div>
  )
}

function Roles({ person }: { person: Person }) {
  const { t } = useTranslation('desk')
  return (
    <span className="people-roles">
      {person.roles.map((r) => <span key={`${r.role}${r.area}`}><Badge tone="info">{t(`common:role.${r.role}`)}</Badge> {r.areaName}</span>)}
    </span>
  )
}
