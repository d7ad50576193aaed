// Operations of this domain, in the order the reference shows them.

import { createProject } from './create-project.ts'
import { deleteProject } from './delete-project.ts'
import { getHealth } from './get-health.ts'
import { getProject } from './get-project.ts'
import { listOrganizationProjects } from './list-organization-projects.ts'
import { listProjectPages } from './list-project-pages.ts'
import { listProjects } from './list-projects.ts'
import { listRegions } from './list-regions.ts'
import { pauseProject } from './pause-project.ts'
import { renameProject } from './rename-project.ts'
import { restartProject } from './restart-project.ts'
import { restoreProject } from './restore-project.ts'

export const projects = [
  createProject,
  listProjects,
  listOrganizationProjects,
  listProjectPages,
  getProject,
  renameProject,
  deleteProject,
  getHealth,
  listRegions,
  pauseProject,
  restoreProject,
  restartProject,
]
