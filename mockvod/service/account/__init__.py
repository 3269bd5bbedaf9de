"""Whatever belongs to an account as a whole: applications, sessions, quotas, API tokens, usage and purchases."""
