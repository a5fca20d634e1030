package core

// Reason says why something was refused. Reasons are stable words for scripts (section 3).
type Reason string

// The reasons of section 3.
const (
	ReasonNotFound             Reason = "not_found"
	ReasonForbidden            Reason = "forbidden"
	ReasonRoleRestricted       Reason = "role_restricted"
	ReasonVisitorRestricted    Reason = "visitor_restricted"
	ReasonAdminRoleRequired    Reason = "admin_role_required"
	ReasonOrgMembersOnly       Reason = "org_members_only"
	ReasonShareNeedsOrgMember  Reason = "share_needs_org_member"
	ReasonAutoJoinDisabled     Reason = "auto_join_disabled"
	ReasonMFARequired          Reason = "mfa_required"
	ReasonMFASetupRequired     Reason = "mfa_setup_required"
	ReasonInactiveAccount      Reason = "inactive_account"
	ReasonAccountExpired       Reason = "account_expired"
	ReasonUnknownKey           Reason = "unknown_key"
	ReasonSecurityKeyRequired  Reason = "security_key_required"
	ReasonSecondFactorWrong    Reason = "second_factor_wrong"
	ReasonSecondFactorLocked   Reason = "second_factor_locked"
	ReasonUseJoin              Reason = "use_join"
	ReasonAlreadyMember        Reason = "already_member"
	ReasonAlreadyInvited       Reason = "already_invited"
	ReasonAlreadyRequested     Reason = "already_requested"
	ReasonAlreadyDecided       Reason = "already_decided"
	ReasonLapsed               Reason = "lapsed"
	ReasonStale                Reason = "stale"
	ReasonNoLongerStaff        Reason = "no_longer_staff"
	ReasonLastMember           Reason = "last_member"
	ReasonLastAdmin            Reason = "last_admin"
	ReasonLastEnrolledAdmin    Reason = "last_enrolled_admin"
	ReasonLastSupport          Reason = "last_support"
	ReasonLastKey              Reason = "last_key"
	ReasonMembersWithoutMFA    Reason = "members_without_mfa"
	ReasonMFANotOn             Reason = "mfa_not_on"
	ReasonProjectDisabled      Reason = "project_disabled"
	ReasonHasAccessEntries     Reason = "has_access_entries"
	ReasonHasBuckets           Reason = "has_buckets"
	ReasonHasLinks             Reason = "has_links"
	ReasonNotEmpty             Reason = "not_empty"
	ReasonNotDeleted           Reason = "not_deleted"
	ReasonOrganizationDeleted  Reason = "organization_deleted"
	ReasonRoleSetDiffers       Reason = "role_set_differs"
	ReasonRoleExists           Reason = "role_exists"
	ReasonRoleBuiltin          Reason = "role_builtin"
	ReasonNameTaken            Reason = "name_taken"
	ReasonAlreadyLinked        Reason = "already_linked"
	ReasonNotLinked            Reason = "not_linked"
	ReasonNotShared            Reason = "not_shared"
	ReasonTicketClosed         Reason = "ticket_closed"
	ReasonKeyTaken             Reason = "key_taken"
	ReasonUndoExpired          Reason = "undo_expired"
	ReasonUndoStale            Reason = "undo_stale"
	ReasonHouseNotEmpty        Reason = "house_not_empty"
	ReasonAmbiguous            Reason = "ambiguous"
	ReasonNameRequired         Reason = "name_required"
	ReasonInvalidText          Reason = "invalid_text"
	ReasonInvalidValue         Reason = "invalid_value"
	ReasonInvalidEmail         Reason = "invalid_email"
	ReasonInvalidRole          Reason = "invalid_role"
	ReasonReasonRequired       Reason = "reason_required"
	ReasonExpiryRequired       Reason = "expiry_required"
	ReasonInvalidEnd           Reason = "invalid_end"
	ReasonCannotInviteSelf     Reason = "cannot_invite_self"
	ReasonTargetNotInOrg       Reason = "target_not_in_org"
	ReasonCodeInvalid          Reason = "code_invalid"
	ReasonInvalidKey           Reason = "invalid_key"
	ReasonImportInvalid        Reason = "import_invalid"
	ReasonConfirmationRequired Reason = "confirmation_required"
	ReasonReadOnly             Reason = "read_only"
	ReasonReadOnlyAccount      Reason = "read_only_account" // AC24
	ReasonHouseInUse           Reason = "house_in_use"
	ReasonHouseDamaged         Reason = "house_damaged"
	ReasonHouseNewer           Reason = "house_newer"
	ReasonNotWritable          Reason = "not_writable"
	ReasonKeyMissing           Reason = "key_missing" // the file with the key that seals secrets (trust-E5)
	ReasonKeyExposed           Reason = "key_exposed" // others may read it (trust-A12)
	ReasonTooManySessions      Reason = "too_many_sessions"
	ReasonSessionEnded         Reason = "session_ended" // what is done through a session that is over (A6)
	ReasonOutcomeUnknown       Reason = "outcome_unknown"
	ReasonInternal             Reason = "internal" // anything that is not the asker's doing
)

var reasonCodes = map[Reason]Code{
	ReasonNotFound:             CodeNotFound,
	ReasonForbidden:            CodeDenied,
	ReasonRoleRestricted:       CodeDenied,
	ReasonVisitorRestricted:    CodeDenied,
	ReasonAdminRoleRequired:    CodeDenied,
	ReasonOrgMembersOnly:       CodeDenied,
	ReasonShareNeedsOrgMember:  CodeDenied,
	ReasonAutoJoinDisabled:     CodeDenied,
	ReasonMFARequired:          CodeDenied,
	ReasonMFASetupRequired:     CodeDenied,
	ReasonInactiveAccount:      CodeDenied,
	ReasonAccountExpired:       CodeDenied,
	ReasonUnknownKey:           CodeDenied,
	ReasonSecurityKeyRequired:  CodeDenied,
	ReasonSecondFactorWrong:    CodeDenied,
	ReasonSecondFactorLocked:   CodeDenied,
	ReasonUseJoin:              CodeConflict,
	ReasonAlreadyMember:        CodeConflict,
	ReasonAlreadyInvited:       CodeConflict,
	ReasonAlreadyRequested:     CodeConflict,
	ReasonAlreadyDecided:       CodeConflict,
	ReasonLapsed:               CodeConflict,
	ReasonStale:                CodeConflict,
	ReasonNoLongerStaff:        CodeConflict,
	ReasonLastMember:           CodeConflict,
	ReasonLastAdmin:            CodeConflict,
	ReasonLastEnrolledAdmin:    CodeConflict,
	ReasonLastSupport:          CodeConflict,
	ReasonLastKey:              CodeConflict,
	ReasonMembersWithoutMFA:    CodeConflict,
	ReasonMFANotOn:             CodeConflict,
	ReasonProjectDisabled:      CodeConflict,
	ReasonHasAccessEntries:     CodeConflict,
	ReasonHasBuckets:           CodeConflict,
	ReasonHasLinks:             CodeConflict,
	ReasonNotEmpty:             CodeConflict,
	ReasonNotDeleted:           CodeConflict,
	ReasonOrganizationDeleted:  CodeConflict,
	ReasonRoleSetDiffers:       CodeConflict,
	ReasonRoleExists:           CodeConflict,
	ReasonRoleBuiltin:          CodeConflict,
	ReasonNameTaken:            CodeConflict,
	ReasonAlreadyLinked:        CodeConflict,
	ReasonNotLinked:            CodeConflict,
	ReasonNotShared:            CodeConflict,
	ReasonTicketClosed:         CodeConflict,
	ReasonKeyTaken:             CodeConflict,
	ReasonUndoExpired:          CodeConflict,
	ReasonUndoStale:            CodeConflict,
	ReasonHouseNotEmpty:        CodeConflict,
	ReasonAmbiguous:            CodeConflict,
	ReasonNameRequired:         CodeInvalid,
	ReasonInvalidText:          CodeInvalid,
	ReasonInvalidValue:         CodeInvalid,
	ReasonInvalidEmail:         CodeInvalid,
	ReasonInvalidRole:          CodeInvalid,
	ReasonReasonRequired:       CodeInvalid,
	ReasonExpiryRequired:       CodeInvalid,
	ReasonInvalidEnd:           CodeInvalid,
	ReasonCannotInviteSelf:     CodeInvalid,
	ReasonTargetNotInOrg:       CodeInvalid,
	ReasonCodeInvalid:          CodeInvalid,
	ReasonInvalidKey:           CodeInvalid,
	ReasonImportInvalid:        CodeInvalid,
	ReasonConfirmationRequired: CodeInvalid,
	ReasonReadOnly:             CodeDenied,
	ReasonReadOnlyAccount:      CodeDenied,
	ReasonHouseInUse:           CodeUnavailable,
	ReasonHouseDamaged:         CodeUnavailable,
	ReasonHouseNewer:           CodeUnavailable,
	ReasonNotWritable:          CodeUnavailable,
	ReasonKeyMissing:           CodeUnavailable,
	ReasonKeyExposed:           CodeUnavailable,
	ReasonTooManySessions:      CodeUnavailable,
	ReasonSessionEnded:         CodeDenied,
	ReasonOutcomeUnknown:       CodeInternal,
}

// codeOf gives the class of a reason.
func codeOf(r Reason) Code {
	if c, ok := reasonCodes[r]; ok {
		return c
	}
	return CodeInternal
}
